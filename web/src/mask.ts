/** Edits → mask pixels. The same edits give the same bytes, whether drawn point by point, loaded, or done again. */

import { flooded } from "./mask/flood";
import { cleared, enlarged, feathered, fromAlpha, holesFilled, inverted, reduced } from "./mask/operations";
import { shaped } from "./mask/polygon";
import { packed, unpacked } from "./mask/runs";
import { stroked } from "./mask/stroke";
import { type MaskPixels, copied, cover, emptyMask } from "./mask/tiles";
import type { Box, MaskEdit, Mode, Pixels, Samples, Size } from "./words";

type Apply<E> = (pixels: MaskPixels, edit: E, picture: Samples | null) => MaskPixels;

type Applies = { readonly [K in MaskEdit["kind"]]: Apply<Extract<MaskEdit, { kind: K }>> };

const APPLY: Applies = {
  stroke: stroked,
  polygon: shaped,
  rectangle: shaped,
  ellipse: shaped,
  flood: (pixels, flood, picture) => (picture ? flooded(pixels, flood, picture) : pixels),
  pixels: placed,
  invert: inverted,
  "fill holes": holesFilled,
  clear: cleared,
  alpha: (pixels, _, picture) => (picture ? fromAlpha(pixels, picture) : pixels),
  grow: (pixels, { pixels: by }) => enlarged(pixels, by),
  shrink: (pixels, { pixels: by }) => reduced(pixels, by),
  feather: (pixels, { pixels: sigma }) => feathered(pixels, sigma),
};

/**
 * The mask after one more edit; the mask before it stays as it was, and shares what was not touched.
 *
 * picture  what fill by colour and mask from alpha look at; without it they change nothing
 */
export function applied(pixels: MaskPixels, edit: MaskEdit, picture: Samples | null = null): MaskPixels {
  const apply = APPLY[edit.kind] as Apply<MaskEdit>;
  return apply(pixels, edit, picture);
}

export const rendered = (size: Size, edits: readonly MaskEdit[], picture: Samples | null = null): MaskPixels =>
  edits.reduce<MaskPixels>((pixels, edit) => applied(pixels, edit, picture), emptyMask(size));

/** Ready values as an edit: a mask file, an object that the server found. Values row by row, those of `part`. */
export const pixelsEdit = (part: Box, values: Uint8Array, mode: Mode = "paint"): Pixels => ({
  kind: "pixels",
  mode,
  box: part,
  runs: packed(values),
});

function placed(pixels: MaskPixels, { box: part, runs, mode }: Pixels): MaskPixels {
  const values = unpacked(runs);
  const width = part.right - part.left;
  const copy = copied(pixels);
  cover(copy, part, mode, (y, row) => row.set(values.subarray((y - part.top) * width, (y - part.top + 1) * width)));
  return copy.pixels;
}
