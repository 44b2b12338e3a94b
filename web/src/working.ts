/** What part of the picture is worked on, before the server is asked: the same arithmetic as its own. */

import type { Sigma } from "./mask/blur";
import { box, extended, grown, isEmpty, overlap, sizeOf, whole } from "./boxes";
import type { Box, Size } from "./words";

/** How many pixels further off a mask blur of `sigma` still is seen. */
export const blurReach = (sigma: number): number => Math.floor(2.5 * sigma + 0.5);

/**
 * The part to work on when only the masked area is wanted; null for an empty mask.
 *
 * bounds   the box of the mask, blur included
 * padding  pixels of surroundings on each side
 * work     the working size, whose shape the part is grown to where the picture allows
 */
export function workedPart(bounds: Box, padding: number, work: Size, picture: Size): Box | null {
  if (isEmpty(bounds)) return null;
  const padded = overlap(grown(bounds, padding), whole(picture));
  const { width, height } = sizeOf(padded);
  const ratio = work.width / work.height;
  if (width / height > ratio) {
    const [top, bottom] = stretched(padded.top, padded.bottom, Math.trunc(width / ratio - height), picture.height);
    return { ...padded, top, bottom };
  }
  const [left, right] = stretched(padded.left, padded.right, Math.trunc(height * ratio - width), picture.width);
  return { ...padded, left, right };
}

function stretched(start: number, end: number, by: number, limit: number): [number, number] {
  const length = end - start + by;
  const from = Math.max(0, Math.min(start - Math.floor(by / 2), limit - length));
  return [from, Math.min(from + length, limit)];
}

/** Working pixels for each pixel of the picture: above 1 the part is enlarged. */
export function workingScale(part: Box, work: Size): number {
  const { width, height } = sizeOf(part);
  return Math.min(work.width / width, work.height / height);
}

/** What stands on the crop: `×1.7 · 512×384`. */
export function workingLabel(part: Box, work: Size): string {
  const scale = workingScale(part, work);
  return `×${scale.toFixed(scale < 10 ? 1 : 0)} · ${work.width}×${work.height}`;
}

/** What requests take. */
const MOST_PADDING = 256;

/**
 * The padding that a part is dragged to: as much more or less as the side that moved furthest went out or in, 0…256.
 *
 * A part that is pushed about as a whole has the padding it had: it lies around its mask.
 */
export function paddingFor(padding: number, before: Box, dragged: Box): number {
  const [was, is] = [sizeOf(before), sizeOf(dragged)];
  if (was.width === is.width && was.height === is.height) return padding;
  const outward = [
    before.left - dragged.left,
    before.top - dragged.top,
    dragged.right - before.right,
    dragged.bottom - before.bottom,
  ];
  const most = outward.reduce((one, other) => (Math.abs(other) > Math.abs(one) ? other : one));
  return Math.min(MOST_PADDING, Math.max(0, Math.round(padding + most)));
}

/** The box of a mask as its blur will have it. */
export const blurredBounds = (bounds: Box, { x, y }: Sigma, picture: Size): Box => {
  const [across, down] = [blurReach(x), blurReach(y)];
  const sides = { left: across, top: down, right: across, bottom: down };
  return isEmpty(bounds) ? box(0, 0, 0, 0) : overlap(extended(bounds, sides), whole(picture));
};
