/** Where a job paints: known when it is asked for, while the next mask may already be painted. */

import { fileUrl, picture as fetchedPicture } from "../api";
import type { Request } from "../api-types";
import { EMPTY, extended, isEmpty, joined, overlap, shifted, sizeOf, whole } from "../boxes";
import type { Settings } from "../changes";
import { pixelsEdit, rendered } from "../mask";
import type { Sigma } from "../mask/blur";
import { boundsOf, coverage, united, valuesOf } from "../mask/measures";
import { inverted } from "../mask/operations";
import type { MaskPixels } from "../mask/tiles";
import { samplesOf, shown } from "../pictures";
import type { Box, MaskLayer, Sides, Size } from "../words";
import { blurReach, blurredBounds, workedPart } from "../working";
import { valueOf } from "./sitting.svelte";

/**
 * picture  the hash of the picture that it begins from, and its size
 * layers   the masks as they were drawn
 * mask     what is repainted of it, mask mode counted in; null: all
 * sides    how far the picture is grown
 * blur     of the mask; it and the padding in pixels of the picture
 * webui    the padding lies around the mask with its blur; else around what was drawn
 */
export interface Place {
  readonly picture: string;
  readonly size: Size;
  readonly layers: readonly MaskLayer[] | null;
  readonly mask: MaskPixels | null;
  readonly sides: Sides;
  readonly onlyMasked: boolean;
  readonly blur: Sigma;
  readonly padding: number;
  readonly webui: boolean;
}

/** What the settings decide of it. */
export const settingsOf = (settings: Settings): Pick<Place, "onlyMasked" | "blur" | "padding" | "webui"> => ({
  onlyMasked: valueOf(settings, "area") === "only masked",
  blur: blurOf(settings),
  padding: Number(valueOf(settings, "padding")),
  webui: valueOf(settings, "compat") === "webui",
});

export function blurOf(settings: Settings): Sigma {
  const x = Number(valueOf(settings, "mask_blur"));
  return { x, y: Number(valueOf(settings, "mask_blur_y") ?? x) };
}

/** What several masks repaint, as the mask mode has it. */
export function repainted(size: Size, masks: readonly MaskPixels[], mode: unknown): MaskPixels {
  const all = united(size, masks);
  return mode === "inpaint not masked" ? inverted(all) : all;
}

/** The part that is worked on at a size, as the server reckons it; null where it is the whole picture. */
export function partOf({ mask, size, sides, onlyMasked, blur, padding, webui }: Place, work: Size): Box | null {
  const drawn = mask ? boundsOf(mask) : EMPTY;
  const added = addedBox(size, sides);
  if (!onlyMasked || (!mask && isEmpty(added))) return null;
  if (!webui && isEmpty(added)) return workedPart(drawn, Math.max(padding, blurReach(blur.x), blurReach(blur.y)), work, size);
  const { left, top } = sides;
  const bounds = shifted(joined(blurredBounds(drawn, blur, size), added), left, top);
  const part = workedPart(bounds, padding, work, sizeOf(extended(whole(size), sides)));
  return part && shifted(part, -left, -top);
}

/** The box of all that a picture is grown by; empty where it is not. */
function addedBox(size: Size, { left, top, right, bottom }: Sides): Box {
  const all = extended(whole(size), { left, top, right, bottom });
  const strips = [
    { ...all, right: 0 },
    { ...all, bottom: 0 },
    { ...all, left: size.width },
    { ...all, top: size.height },
  ];
  return strips.reduce(joined, EMPTY);
}

/** What a preview shows: that part, or all of the picture with what it is grown by. */
export const seenPart = (place: Place, work: Size): Box =>
  partOf(place, work) ?? extended(whole(place.size), place.sides);

/** A mask as a forecast takes it: the box it lies in, and the share of the picture it covers. */
export function markedOf(mask: MaskPixels): { readonly marked: string; readonly coverage: number } {
  const { left, top, right, bottom } = overlap(boundsOf(mask), whole(mask.size));
  return { marked: [left, top, right, bottom].join(), coverage: Math.min(1, coverage(mask)) };
}

/** Where a job paints that was asked for before a reload: its mask is the server's to tell. */
export async function placeOf({ images, mask, mask_mode, extend, ...rest }: Request, size: Size): Promise<Place | null> {
  const picture = images?.[0];
  if (!picture) return null;
  const [left, top, right, bottom] = (extend as readonly number[] | undefined) ?? [0, 0, 0, 0];
  const sides = { left: left!, top: top!, right: right!, bottom: bottom! };
  const drawn = mask ? repainted(size, [await maskOf(mask)], mask_mode) : null;
  return { picture, size, layers: null, mask: drawn, sides, ...settingsOf(rest as Settings) };
}

async function maskOf(hash: string): Promise<MaskPixels> {
  const samples = samplesOf(await shown(await fetchedPicture(fileUrl(hash))));
  return rendered(samples.size, [pixelsEdit(whole(samples.size), valuesOf(samples))]);
}
