/** A picture at whole, half, quarter … size, so that a large one is drawn small without touching all of its pixels. */

import type { Size } from "../words";

/** `scale` is its pixels for each pixel of the picture. */
export interface Level {
  readonly image: CanvasImageSource;
  readonly size: Size;
  readonly scale: number;
}

/** The whole picture first, each next one half as large. */
export interface Levels {
  readonly size: Size;
  readonly all: readonly [Level, ...Level[]];
}

/** Draws an image of one size as a new one of another. */
export type Shrink = (image: CanvasImageSource, from: Size, to: Size) => CanvasImageSource;

/** Sides up to this need no smaller level. */
const SMALL = 1024;

export function levelsOf(image: CanvasImageSource, size: Size, shrink: Shrink): Levels {
  const all: [Level, ...Level[]] = [{ image, size, scale: 1 }];
  for (let last = all[0]; Math.max(last.size.width, last.size.height) > SMALL; last = all.at(-1)!) {
    const half = { width: Math.ceil(last.size.width / 2), height: Math.ceil(last.size.height / 2) };
    all.push({ image: shrink(last.image, last.size, half), size: half, scale: last.scale / 2 });
  }
  return { size, all };
}

/** The smallest level that still has a pixel for each pixel of the device. */
export const levelFor = ({ all }: Levels, deviceScale: number): Level =>
  all.findLast(({ scale }) => scale >= deviceScale) ?? all[0];
