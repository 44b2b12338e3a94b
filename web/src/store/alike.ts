/** Whether one picture is another with something painted on it. */

import type { Samples } from "../words";

/** Samples that differ by no more are the same: a JPEG between them, a colour profile. */
const NEAR = 20;
/** So much of a picture stays as it was when somebody paints on it. */
const SHARE = 0.55;

/** The share of pixels that are nearly the same: 0…1. Both are of one size. */
export function sameShare(one: Samples, other: Samples): number {
  const { rgba } = one;
  let same = 0;
  for (let i = 0; i < rgba.length; i += 4) {
    const far = [0, 1, 2].some((k) => Math.abs(rgba[i + k]! - other.rgba[i + k]!) > NEAR);
    if (!far) same++;
  }
  return same / (rgba.length / 4);
}

/** The one is a version of the other, as far as can be told by looking. */
export const alike = (one: Samples, other: Samples): boolean => sameShare(one, other) >= SHARE;
