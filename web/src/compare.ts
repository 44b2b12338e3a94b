/** Two pictures compared: how they are laid beside or over each other, and by how much they differ. */

import { box, overlap, whole } from "./boxes";
import type { Viewport } from "./viewport";
import type { Box, Samples, ScreenPoint, Size } from "./words";

export type Comparison = "wipe" | "side by side" | "blink" | "difference";

/** What is drawn where: a picture seen through a viewport, inside a box of the canvas (CSS pixels). */
export interface Pane {
  readonly shows: "before" | "after";
  readonly view: Viewport;
  readonly within: Box;
}

/** Space between two pictures side by side, CSS pixels. */
const GAP = 2;

/** How near a pointer must come to the wipe's line, CSS pixels. */
const NEAR = 12;

/** A line across the canvas at a share of its width: before lies left of it, after right. */
export function wiped(view: Viewport, share: number): readonly [Pane, Pane] {
  const { width, height } = view.size;
  const line = lineOf(view, share);
  return [
    { shows: "before", view, within: box(0, 0, line, height) },
    { shows: "after", view, within: box(line, 0, width, height) },
  ];
}

const lineOf = ({ size }: Viewport, share: number): number => Math.round(Math.min(1, Math.max(0, share)) * size.width);

export const nearLine = (view: Viewport, share: number, at: ScreenPoint): boolean =>
  Math.abs(at.x - lineOf(view, share)) <= NEAR;

export const shareAt = ({ size }: Viewport, at: ScreenPoint): number => Math.min(1, Math.max(0, at.x / size.width));

/** Two halves that show the same part of both pictures and move in step. */
export function sideBySide(view: Viewport): readonly [Pane, Pane] {
  const { width, height } = view.size;
  const half = Math.floor((width - GAP) / 2);
  // Each half shows around its middle what the whole shows around its own.
  const left = { ...view, x: view.x - width / 2 + half / 2 };
  const right = { ...view, x: left.x + width - half };
  return [
    { shows: "before", view: left, within: box(0, 0, half, height) },
    { shows: "after", view: right, within: box(width - half, 0, width, height) },
  ];
}

/** Where a pointer over one of the halves is, as the undivided canvas has it. */
export function inWhole(view: Viewport, at: ScreenPoint): ScreenPoint {
  const pane = sideBySide(view).find(({ within }) => at.x < within.right) ?? sideBySide(view)[1];
  return { ...at, x: at.x - pane.view.x + view.x };
}

/** Which of two pictures a blink shows after so many milliseconds. */
export const blinking = (elapsed: number, period = 1000): "before" | "after" =>
  Math.floor(elapsed / (period / 2)) % 2 ? "before" : "after";

/** `count` pixels of `pixels` differ, by at most `greatest` in any channel (0…255). */
export interface Difference {
  readonly count: number;
  readonly pixels: number;
  readonly greatest: number;
}

/**
 * How far two pictures of one size differ.
 *
 * mask  only where this is 0: outside of what was to be painted; row by row, as `read` gives it
 */
export function difference(before: Samples, after: Samples, mask: Uint8Array | null = null): Difference {
  const length = before.size.width * before.size.height;
  let [count, pixels, greatest] = [0, 0, 0];
  for (let pixel = 0; pixel < length; pixel++) {
    if (mask?.[pixel]) continue;
    const apart = apartAt(before, after, pixel);
    pixels++;
    if (!apart) continue;
    count++;
    if (apart > greatest) greatest = apart;
  }
  return { count, pixels, greatest };
}

/** The greatest difference of any channel. What is wholly transparent in both is the same, whatever colour it hides. */
function apartAt({ rgba: one }: Samples, { rgba: other }: Samples, pixel: number): number {
  const at = pixel * 4;
  if (!one[at + 3] && !other[at + 3]) return 0;
  let apart = 0;
  for (let i = at; i < at + 4; i++) {
    const d = Math.abs(one[i]! - other[i]!);
    if (d > apart) apart = d;
  }
  return apart;
}

/** As `difference` says it on a result: *0 of 255*. */
export const greatestOf = ({ greatest }: Difference): string => `${greatest} / 255`;

/**
 * Where two pictures differ: black nothing, through red and yellow to white the largest difference there is.
 *
 * Small differences are lifted (square root), so that one level shows; as `pentimento compare` draws it.
 */
export function heatMap(before: Samples, after: Samples): Samples & { readonly rgba: Uint8ClampedArray<ArrayBuffer> } {
  const { size } = before;
  const rgba = new Uint8ClampedArray(size.width * size.height * 4);
  const { greatest } = difference(before, after);
  const colours = Array.from({ length: greatest + 1 }, (_, apart) => hot(Math.sqrt(apart / Math.max(greatest, 1))));
  for (let pixel = 0; pixel < size.width * size.height; pixel++) {
    rgba.set(colours[apartAt(before, after, pixel)]!, pixel * 4);
  }
  return { size, rgba };
}

/** Black, red, yellow, white, for 0…1. */
function hot(heat: number): readonly [number, number, number, number] {
  const third = (from: number) => Math.round(255 * Math.min(1, Math.max(0, heat * 3 - from)));
  return [third(0), third(1), third(2), 255];
}

/** The part of a pane in which its picture of this size is seen, CSS pixels. */
export function seenIn({ view, within }: Pane, size: Size): Box {
  const { right, bottom } = whole(size);
  return overlap(within, box(view.x, view.y, view.x + right * view.scale, view.y + bottom * view.scale));
}
