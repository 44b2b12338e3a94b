/** Arithmetic of boxes and sizes. An empty box has no pixel inside; joining with it changes nothing. */

import type { Box, ImagePoint, Sides, Size } from "./words";

export const EMPTY: Box = { left: 0, top: 0, right: 0, bottom: 0 };

export const NO_SIDES: Sides = { left: 0, top: 0, right: 0, bottom: 0 };

/** The same on every side. */
export const evenly = (by: number): Sides => ({ left: by, top: by, right: by, bottom: by });

export const box = (left: number, top: number, right: number, bottom: number): Box => ({ left, top, right, bottom });

export const whole = ({ width, height }: Size): Box => box(0, 0, width, height);

export const sizeOf = ({ left, top, right, bottom }: Box): Size => ({ width: right - left, height: bottom - top });

export const isEmpty = ({ left, top, right, bottom }: Box): boolean => right <= left || bottom <= top;

export const grown = ({ left, top, right, bottom }: Box, by: number): Box =>
  box(left - by, top - by, right + by, bottom + by);

export const shifted = ({ left, top, right, bottom }: Box, x: number, y: number): Box =>
  box(left + x, top + y, right + x, bottom + y);

export const extended = ({ left, top, right, bottom }: Box, sides: Sides): Box =>
  box(left - sides.left, top - sides.top, right + sides.right, bottom + sides.bottom);

/** The smallest box of whole pixels around a box. */
export const outward = ({ left, top, right, bottom }: Box): Box =>
  box(Math.floor(left), Math.floor(top), Math.ceil(right), Math.ceil(bottom));

/** What two boxes share; empty where they share nothing. */
export function overlap(one: Box, other: Box): Box {
  const shared = box(
    Math.max(one.left, other.left),
    Math.max(one.top, other.top),
    Math.min(one.right, other.right),
    Math.min(one.bottom, other.bottom),
  );
  return isEmpty(shared) ? EMPTY : shared;
}

/** The smallest box around two. */
export function joined(one: Box, other: Box): Box {
  if (isEmpty(one)) return other;
  if (isEmpty(other)) return one;
  return box(
    Math.min(one.left, other.left),
    Math.min(one.top, other.top),
    Math.max(one.right, other.right),
    Math.max(one.bottom, other.bottom),
  );
}

/** The box with these two corners, whichever way round they lie. */
export const between = (one: ImagePoint, other: ImagePoint): Box =>
  box(Math.min(one.x, other.x), Math.min(one.y, other.y), Math.max(one.x, other.x), Math.max(one.y, other.y));

/** The smallest box around points; empty for none. */
export function around(points: readonly ImagePoint[]): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of points) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  return points.length ? box(left, top, right, bottom) : EMPTY;
}

export const contains = ({ left, top, right, bottom }: Box, { x, y }: { x: number; y: number }): boolean =>
  x >= left && x < right && y >= top && y < bottom;

export const sameBox = (one: Box, other: Box): boolean =>
  one.left === other.left && one.top === other.top && one.right === other.right && one.bottom === other.bottom;
