/** Two pictures compared: how they are laid beside or over each other, and by how much they differ. */

import { box, evenly, overlap, sameBox, whole } from "../boxes";
import { type Viewport, boxOnScreen, fitted } from "../viewport";
import type { Box, Samples, ScreenPoint, Sides, Size } from "../words";

/** The ways to compare, by the names of their keys' actions. */
export const WAYS = ["wipe", "side", "blink", "difference"] as const;
export type Comparison = (typeof WAYS)[number];

/** What is drawn where: a picture seen through a viewport, inside a box of the canvas (CSS pixels). */
export interface Pane {
  readonly shows: "before" | "after";
  readonly view: Viewport;
  readonly within: Box;
}

/** Space between two pictures side by side, CSS pixels. */
const GAP = 2;

/** Around a picture in a half, CSS pixels. */
const MARGIN = 16;

/** How near a pointer must come to the wipe's line, CSS pixels: a finger's half. */
const NEAR = 16;

/** How far an arrow key moves the line, as a share of the canvas. */
const NUDGE = 0.02;

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

export const nudged = (share: number, by: number): number => Math.min(1, Math.max(0, share + by * NUDGE));

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

/** The view in which two halves show a picture whole; itself where not all of it was seen, or all of it is. */
export function halved(view: Viewport, size: Size): Viewport {
  const seen = boxOnScreen(view, whole(size));
  const held = (pane: Pane) => sameBox(seenIn(pane, size), boxOnScreen(pane.view, whole(size)));
  if (!held({ shows: "after", view, within: whole(view.size) }) || sideBySide(view).every(held)) return view;
  const { width, height } = view.size;
  const half = fitted({ ...view, size: { width: Math.floor((width - GAP) / 2), height } }, whole(size), evenly(MARGIN));
  const scale = Math.min(half.scale, view.scale);
  const middle = (seen.top + seen.bottom) / 2;
  return { ...view, scale, x: (width - size.width * scale) / 2, y: middle - (size.height * scale) / 2 };
}

/** Where a pointer over one of the halves is, as the undivided canvas has it. */
export function inWhole(view: Viewport, at: ScreenPoint): ScreenPoint {
  const pane = sideBySide(view).find(({ within }) => at.x < within.right) ?? sideBySide(view)[1];
  return { ...at, x: at.x - pane.view.x + view.x };
}

/**
 * How the picture as it was is seen, so that what stayed lies over itself.
 *
 * view    the new picture's
 * extend  by how much the new one was grown; where that does not explain its size it was enlarged
 */
export function beneath(view: Viewport, before: Size, after: Size, extend: Sides): Viewport {
  const { left, top, right, bottom } = extend;
  const grown = before.width + left + right === after.width && before.height + top + bottom === after.height;
  if (grown) return { ...view, x: view.x + left * view.scale, y: view.y + top * view.scale };
  return { ...view, scale: (view.scale * after.width) / before.width };
}

/** What is drawn for a way to compare; `flipped` tells which of the two a blink is at. */
export function panesOf(way: Comparison, view: Viewport, share: number, flipped: boolean): readonly Pane[] {
  if (way === "wipe") return wiped(view, share);
  if (way === "side") return sideBySide(view);
  return [{ shows: flipped ? "before" : "after", view, within: whole(view.size) }];
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

/**
 * Where two pictures differ: black nothing, through red and yellow to white the largest difference there is.
 *
 * Small differences are lifted (square root), so that one level shows; as `pentimento compare` draws it.
 */
export function heatMap(
  before: Samples,
  after: Samples,
  { greatest }: Pick<Difference, "greatest"> = difference(before, after),
): Samples & { readonly rgba: Uint8ClampedArray<ArrayBuffer> } {
  const { size } = before;
  const colours = Uint32Array.from({ length: 256 }, (_, apart) => hot(Math.sqrt(apart / Math.max(greatest, 1))));
  const pixels = new Uint32Array(size.width * size.height);
  for (let pixel = 0; pixel < pixels.length; pixel++) pixels[pixel] = colours[apartAt(before, after, pixel)]!;
  return { size, rgba: new Uint8ClampedArray(pixels.buffer) };
}

/** Black, red, yellow, white, for 0…1, as the four bytes of a pixel. */
function hot(heat: number): number {
  const third = (from: number) => Math.round(255 * Math.min(1, Math.max(0, heat * 3 - from)));
  return new Uint32Array(new Uint8Array([third(0), third(1), third(2), 255]).buffer)[0]!;
}

/** The part of a pane in which its picture of this size is seen, CSS pixels. */
export function seenIn({ view, within }: Pane, size: Size): Box {
  const { right, bottom } = whole(size);
  return overlap(within, box(view.x, view.y, view.x + right * view.scale, view.y + bottom * view.scale));
}
