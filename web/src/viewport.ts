/** Which part of the picture is seen, and how large: pure arithmetic between image and screen. */

import { box, sizeOf } from "./boxes";
import { type Box, type ImagePoint, type ScreenPoint, type Sides, type Size, distance, imagePoint, screenPoint } from "./words";

/**
 * size   of the canvas, CSS pixels
 * scale  CSS pixels for each pixel of the picture
 * x, y   where the picture's top left corner is seen, CSS pixels
 * ratio  device pixels for each CSS pixel
 */
export interface Viewport {
  readonly size: Size;
  readonly scale: number;
  readonly x: number;
  readonly y: number;
  readonly ratio: number;
}

export type Pair = readonly [ScreenPoint, ScreenPoint];

export const SCALES = { least: 1 / 64, most: 64 };

const clamped = (scale: number): number => Math.min(SCALES.most, Math.max(SCALES.least, scale));

export const viewport = (size: Size, ratio = 1): Viewport => ({ size, scale: 1, x: 0, y: 0, ratio });

export const toScreen = ({ scale, x, y }: Viewport, point: ImagePoint): ScreenPoint =>
  screenPoint(point.x * scale + x, point.y * scale + y);

export const toImage = ({ scale, x, y }: Viewport, point: ScreenPoint): ImagePoint =>
  imagePoint((point.x - x) / scale, (point.y - y) / scale);

/** A box of the picture, in CSS pixels. */
export const boxOnScreen = ({ scale, x, y }: Viewport, { left, top, right, bottom }: Box): Box =>
  box(left * scale + x, top * scale + y, right * scale + x, bottom * scale + y);

/** The part of the image plane that is seen; may reach past the picture. */
export function visible(view: Viewport): Box {
  const first = toImage(view, screenPoint(0, 0));
  const last = toImage(view, screenPoint(view.size.width, view.size.height));
  return box(first.x, first.y, last.x, last.y);
}

export const panned = (view: Viewport, x: number, y: number): Viewport => ({ ...view, x: view.x + x, y: view.y + y });

/** To a scale, with what lies under `about` staying under it. */
export function scaledTo(view: Viewport, scale: number, about: ScreenPoint = middle(view)): Viewport {
  const to = clamped(scale);
  const factor = to / view.scale;
  return { ...view, scale: to, x: about.x - (about.x - view.x) * factor, y: about.y - (about.y - view.y) * factor };
}

export const zoomed = (view: Viewport, factor: number, about?: ScreenPoint): Viewport =>
  scaledTo(view, view.scale * factor, about);

/** How much one wheel event zooms; `delta` in CSS pixels, as browsers report it, downwards positive. */
export const wheelFactor = (delta: number): number => Math.exp(-Math.max(-240, Math.min(240, delta)) * 0.002);

/** A box of the picture in the middle of what margins, CSS pixels, leave of the canvas: as large as it can be seen whole. */
export function fitted(view: Viewport, part: Box, { left, top, right, bottom }: Sides): Viewport {
  const { width, height } = sizeOf(part);
  const room = { width: Math.max(view.size.width - left - right, 1), height: Math.max(view.size.height - top - bottom, 1) };
  const scale = clamped(Math.min(room.width / Math.max(width, 1), room.height / Math.max(height, 1)));
  return {
    ...view,
    scale,
    x: left + room.width / 2 - ((part.left + part.right) / 2) * scale,
    y: top + room.height / 2 - ((part.top + part.bottom) / 2) * scale,
  };
}

/** 100 %: one pixel of the picture is one pixel of the device. */
export const actual = (view: Viewport, about?: ScreenPoint): Viewport => scaledTo(view, 1 / view.ratio, about);

export const percent = ({ scale, ratio }: Viewport): number => scale * ratio * 100;

/** The canvas has another size: what was in its middle stays there. */
export const resized = (view: Viewport, size: Size, ratio = view.ratio): Viewport => ({
  ...view,
  size,
  ratio,
  x: view.x + (size.width - view.size.width) / 2,
  y: view.y + (size.height - view.size.height) / 2,
});

/** Two fingers move from one pair of places to another: pans and zooms, and never turns. */
export function pinched(view: Viewport, from: Pair, to: Pair): Viewport {
  const start = halfway(from);
  const end = halfway(to);
  const moved = panned(view, end.x - start.x, end.y - start.y);
  return zoomed(moved, distance(...to) / Math.max(distance(...from), 1), end);
}

/** Moved just so far that some of the picture, at least `margin` CSS pixels each way, stays in sight. */
export function kept(view: Viewport, picture: Size, margin = 64): Viewport {
  const within = (at: number, length: number, room: number) =>
    Math.min(room - Math.min(margin, length), Math.max(Math.min(margin, length) - length, at));
  return {
    ...view,
    x: within(view.x, picture.width * view.scale, view.size.width),
    y: within(view.y, picture.height * view.scale, view.size.height),
  };
}

const middle = ({ size }: Viewport): ScreenPoint => screenPoint(size.width / 2, size.height / 2);

const halfway = ([one, other]: Pair): ScreenPoint => screenPoint((one.x + other.x) / 2, (one.y + other.y) / 2);
