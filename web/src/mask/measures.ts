/** What is told of a mask: where it lies, how much it covers; and several masks as one. */

import { EMPTY, box, isEmpty, joined, overlap, sizeOf, whole } from "../boxes";
import type { Box, Samples, Size } from "../words";
import { type MaskPixels, type Tile, emptyMask, read, tileBox, tilesIn } from "./tiles";

/** What was found of a tile that is handed on and so never changes: most tiles of a mask are those of the mask before. */
const known = new WeakMap<Tile, { readonly marked: Box; readonly sum: number }>();

function factsOf(tile: Tile, place: Box, size: Size): { readonly marked: Box; readonly sum: number } {
  const found = known.get(tile);
  if (found) return found;
  let sum = 0;
  for (let y = 0; y < size.height; y++) sum += summed(tile, y * (place.right - place.left), size.width);
  const facts = { marked: sum ? marked(tile, place, size) : EMPTY, sum };
  known.set(tile, facts);
  return facts;
}

/** The smallest box around every pixel that is masked at all; empty for an empty mask. */
export function boundsOf({ size, ground, tiles }: MaskPixels): Box {
  let bounds = EMPTY;
  for (const key of tilesIn(size, whole(size))) {
    const place = overlap(tileBox(size, key), whole(size));
    const tile = tiles.get(key);
    if (tile) bounds = joined(bounds, factsOf(tile, tileBox(size, key), sizeOf(place)).marked);
    else if (ground) bounds = joined(bounds, place);
  }
  return bounds;
}

function marked(tile: Tile, place: Box, { width, height }: Size): Box {
  const side = place.right - place.left;
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    const row = tile.subarray(y * side, y * side + width);
    const first = row.findIndex(Boolean);
    if (first < 0) continue;
    top = Math.min(top, y);
    bottom = y + 1;
    left = Math.min(left, first);
    right = Math.max(right, row.findLastIndex(Boolean) + 1);
  }
  const found = box(place.left + left, place.top + top, place.left + right, place.top + bottom);
  return isEmpty(found) ? EMPTY : found;
}

/** The share of the picture that is repainted, soft pixels counted by their value: 0…1. */
export function coverage({ size, ground, tiles }: MaskPixels): number {
  let sum = 0;
  for (const key of tilesIn(size, whole(size))) {
    const place = tileBox(size, key);
    const part = sizeOf(overlap(place, whole(size)));
    const tile = tiles.get(key);
    sum += tile ? factsOf(tile, place, part).sum : ground * part.width * part.height;
  }
  return sum / 255 / (size.width * size.height);
}

function summed(values: Uint8Array, from: number, count: number): number {
  let sum = 0;
  for (let i = from; i < from + count; i++) sum += values[i]!;
  return sum;
}

/** Several masks as one: where any of them repaints, the greatest value counts. */
export function united(size: Size, masks: readonly MaskPixels[]): MaskPixels {
  return masks.reduce(greater, emptyMask(size));
}

function greater(one: MaskPixels, other: MaskPixels): MaskPixels {
  if (one.ground < other.ground) return greater(other, one);
  const tiles = new Map(one.tiles);
  for (const key of new Set([...one.tiles.keys(), ...other.tiles.keys()])) {
    const [mine, theirs] = [one.tiles.get(key), other.tiles.get(key)];
    if (mine && theirs)
      tiles.set(
        key,
        mine.map((value, i) => Math.max(value, theirs[i]!)),
      );
    else if (mine && other.ground) tiles.delete(key);
    else if (theirs && !one.ground) tiles.set(key, theirs);
  }
  return { ...one, tiles };
}

/** The mask as a grey picture, for a PNG: white repaints. */
export function greyOf(pixels: MaskPixels): Samples & { readonly rgba: Uint8ClampedArray<ArrayBuffer> } {
  const values = read(pixels, whole(pixels.size));
  const rgba = new Uint8ClampedArray(values.length * 4);
  for (let i = 0; i < values.length; i++) rgba.fill(values[i]!, i * 4, i * 4 + 3);
  for (let i = 3; i < rgba.length; i += 4) rgba[i] = 255;
  return { size: pixels.size, rgba };
}

/** The values of a grey picture, as a mask file holds them: its first channel. */
export function valuesOf({ rgba }: Samples): Uint8Array {
  const values = new Uint8Array(rgba.length / 4);
  for (let i = 0; i < values.length; i++) values[i] = rgba[i * 4]!;
  return values;
}
