/** Where a job paints: known when it is asked for, while the next mask may already be painted. */

import { fileUrl, picture as fetchedPicture } from "../api";
import type { Request } from "../api-types";
import { extended, overlap, whole } from "../boxes";
import type { Settings } from "../changes";
import { pixelsEdit, rendered } from "../mask";
import { boundsOf, coverage, united, valuesOf } from "../mask/measures";
import { inverted } from "../mask/operations";
import type { MaskPixels } from "../mask/tiles";
import { samplesOf, shown } from "../pictures";
import type { Box, MaskLayer, Sides, Size } from "../words";
import { blurredBounds, workedPart } from "../working";
import { valueOf } from "./sitting.svelte";

/**
 * picture  the hash of the picture that it begins from, and its size
 * layers   the masks as they were drawn
 * mask     what is repainted of it, mask mode counted in; null: all
 * sides    how far the picture is grown
 * blur     sigma of the mask's blur; it and the padding in pixels of the picture
 */
export interface Place {
  readonly picture: string;
  readonly size: Size;
  readonly layers: readonly MaskLayer[] | null;
  readonly mask: MaskPixels | null;
  readonly sides: Sides;
  readonly onlyMasked: boolean;
  readonly blur: number;
  readonly padding: number;
}

/** What the settings decide of it. */
export const settingsOf = (settings: Settings): Pick<Place, "onlyMasked" | "blur" | "padding"> => ({
  onlyMasked: valueOf(settings, "area") === "only masked",
  blur: Number(valueOf(settings, "mask_blur")),
  padding: Number(valueOf(settings, "padding")),
});

/** What several masks repaint, as the mask mode has it. */
export function repainted(size: Size, masks: readonly MaskPixels[], mode: unknown): MaskPixels {
  const all = united(size, masks);
  return mode === "inpaint not masked" ? inverted(all) : all;
}

/** The part that is worked on at a size; null where it is the whole picture. */
export function partOf({ mask, size, onlyMasked, blur, padding }: Place, work: Size): Box | null {
  if (!mask || !onlyMasked) return null;
  return workedPart(blurredBounds(boundsOf(mask), blur, size), padding, work, size);
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
