/** Fill by colour: all that looks like one pixel, hanging together with it or anywhere. */

import { box, contains, whole } from "../boxes";
import type { Box, Flood, Samples } from "../words";
import { type MaskPixels, copied, cover } from "./tiles";

type Alike = (pixel: number) => boolean;

export function flooded(pixels: MaskPixels, flood: Flood, picture: Samples): MaskPixels {
  const { size } = picture;
  if (!contains(whole(size), flood.at)) return pixels;
  const alike = likeness(picture, flood.at.y * size.width + flood.at.x, flood.tolerance);
  const marks = new Uint8Array(size.width * size.height);
  const part = flood.contiguous
    ? spread(flood, size.width, size.height, alike, marks)
    : everywhere(picture, alike, marks);
  const copy = copied(pixels);
  cover(copy, part, flood.mode, (y, row) => {
    const start = y * size.width;
    row.set(marks.subarray(start + part.left, start + part.right));
  });
  return copy.pixels;
}

/** No channel differs by more than the tolerance; alpha counts as a channel. */
function likeness({ rgba }: Samples, seed: number, tolerance: number): Alike {
  const [r, g, b, a] = rgba.subarray(seed * 4, seed * 4 + 4) as unknown as [number, number, number, number];
  return (pixel) => {
    const at = pixel * 4;
    return (
      Math.abs(rgba[at]! - r) <= tolerance &&
      Math.abs(rgba[at + 1]! - g) <= tolerance &&
      Math.abs(rgba[at + 2]! - b) <= tolerance &&
      Math.abs(rgba[at + 3]! - a) <= tolerance
    );
  };
}

function everywhere({ size }: Samples, alike: Alike, marks: Uint8Array): Box {
  for (let pixel = 0; pixel < marks.length; pixel++) if (alike(pixel)) marks[pixel] = 255;
  return whole(size);
}

/** Marks run by run; of each run only the first pixel of every neighbouring run is put aside for later. */
function spread({ at }: Flood, width: number, height: number, alike: Alike, marks: Uint8Array): Box {
  const open = [at.y * width + at.x];
  let [left, top, right, bottom] = [at.x, at.y, at.x + 1, at.y + 1];
  for (let seed = open.pop(); seed !== undefined; seed = open.pop()) {
    if (marks[seed]) continue;
    const row = Math.floor(seed / width);
    const start = row * width;
    let [from, to] = [seed, seed + 1];
    while (from > start && !marks[from - 1] && alike(from - 1)) from--;
    while (to < start + width && !marks[to] && alike(to)) to++;
    marks.fill(255, from, to);
    left = Math.min(left, from - start);
    right = Math.max(right, to - start);
    top = Math.min(top, row);
    bottom = Math.max(bottom, row + 1);
    if (row > 0) seedRuns(from - width, to - width, alike, marks, open);
    if (row + 1 < height) seedRuns(from + width, to + width, alike, marks, open);
  }
  return box(left, top, right, bottom);
}

function seedRuns(from: number, to: number, alike: Alike, marks: Uint8Array, open: number[]): void {
  let before = false;
  for (let pixel = from; pixel < to; pixel++) {
    const now = !marks[pixel] && alike(pixel);
    if (now && !before) open.push(pixel);
    before = now;
  }
}
