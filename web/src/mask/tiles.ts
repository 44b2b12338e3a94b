/**
 * Mask pixels in tiles: only what was touched is stored, and what an edit leaves alone is shared with the mask before it.
 * 255 repaints, 0 keeps.
 */

import { EMPTY, box, overlap, whole } from "../boxes";
import type { Box, Mode, Size } from "../words";

/** Side of a tile, image pixels. Tiles at the right and bottom edge are whole too; what lies past the picture is never read. */
export const SIDE = 512;

export type Tile = Uint8Array;

/**
 * ground  the value of every pixel whose tile is not stored
 * tiles   by row · columns + column; a tile that is handed on is never written to again
 */
export interface MaskPixels {
  readonly size: Size;
  readonly ground: 0 | 255;
  readonly tiles: ReadonlyMap<number, Tile>;
}

/** Pixels of a row, from and up to. */
interface Run {
  readonly from: number;
  readonly to: number;
}

/**
 * All that is covered of a row.
 *
 * full  is covered wholly, whatever the row says there
 * done  is covered wholly already: a part of `full`
 */
export interface Span extends Run {
  readonly full: Run;
  readonly done: Run;
}

/** Fills `row` with coverage 0…255 of the pixels left…right of row y; it comes filled with 0. Tells which, if not all. */
export type Cover = (y: number, row: Uint8Array) => Span | void;

/** A mask being written: copies a tile before its first change, so that the mask it began from stays as it was. */
export interface Copy {
  readonly pixels: MaskPixels;
  readonly own: ReadonlySet<number>;
  readonly writable: (key: number) => Tile;
}

export const emptyMask = (size: Size): MaskPixels => ({ size, ground: 0, tiles: new Map() });

export const columnsOf = ({ width }: Size): number => Math.ceil(width / SIDE);

export function tileBox(size: Size, key: number): Box {
  const columns = columnsOf(size);
  const left = (key % columns) * SIDE;
  const top = Math.floor(key / columns) * SIDE;
  return box(left, top, left + SIDE, top + SIDE);
}

/** The tiles that a box of whole pixels meets; a box past the picture's edge meets none there. */
export function* tilesIn(size: Size, part: Box): Generator<number> {
  const { left, top, right, bottom } = overlap(part, whole(size));
  const columns = columnsOf(size);
  for (let row = Math.floor(top / SIDE); row * SIDE < bottom; row++)
    for (let column = Math.floor(left / SIDE); column * SIDE < right; column++) yield row * columns + column;
}

export function copied(base: MaskPixels): Copy {
  const tiles = new Map(base.tiles);
  const own = new Set<number>();
  const writable = (key: number): Tile => {
    const known = tiles.get(key);
    if (known && own.has(key)) return known;
    const tile = known ? known.slice() : new Uint8Array(SIDE * SIDE).fill(base.ground);
    tiles.set(key, tile);
    own.add(key);
    return tile;
  };
  return { pixels: { ...base, tiles }, own, writable };
}

/**
 * Paints or erases coverage inside a box of whole pixels; what lies past the picture's edge is cut off.
 *
 * Returns a box around all that is covered.
 */
export function cover(copy: Copy, part: Box, mode: Mode, fill: Cover): Box {
  const row = new Uint8Array(Math.max(0, part.right - part.left));
  const nothing = { from: row.length, to: row.length };
  const all: Span = { from: 0, to: row.length, full: nothing, done: nothing };
  const mixed: Act = (key, at, x, end) => combine(copy, key, at, row, x - part.left, end - part.left, mode);
  const wholly: Act = (key, at, x, end) => fillWholly(copy, key, at, at + end - x, mode);
  const seen = overlap(part, whole(copy.pixels.size));
  const within = (at: number) => Math.min(seen.right, Math.max(seen.left, part.left + at));
  let [left, top, right, bottom] = [seen.right, seen.bottom, seen.left, seen.top];
  for (let y = seen.top; y < seen.bottom; y++) {
    const { from, to, full, done } = fill(y, row) ?? all;
    const [start, end] = [within(from), within(to)];
    if (start >= end) continue;
    inTiles(copy, y, start, within(full.from), mixed);
    inTiles(copy, y, within(full.from), within(done.from), wholly);
    inTiles(copy, y, within(done.to), within(full.to), wholly);
    inTiles(copy, y, within(full.to), end, mixed);
    row.fill(0, from, to);
    left = Math.min(left, start);
    top = Math.min(top, y);
    right = Math.max(right, end);
    bottom = y + 1;
  }
  return left < right ? box(left, top, right, bottom) : EMPTY;
}

/** Done with each tile that a row's pixels x…end lie in; `at` is where in it they begin. */
type Act = (key: number, at: number, x: number, end: number) => void;

function inTiles({ pixels: { size } }: Copy, y: number, from: number, to: number, act: Act): void {
  for (let x = from; x < to;) {
    const column = Math.floor(x / SIDE);
    const end = Math.min(to, (column + 1) * SIDE);
    act(Math.floor(y / SIDE) * columnsOf(size) + column, (y % SIDE) * SIDE + (x % SIDE), x, end);
    x = end;
  }
}

function combine(copy: Copy, key: number, at: number, row: Uint8Array, from: number, to: number, mode: Mode): void {
  const { tiles, ground } = copy.pixels;
  const flip = mode === "paint" ? 0 : 255;
  const seen = tiles.get(key);
  let i = from;
  while (i < to && row[i]! <= ((seen ? seen[at + i - from]! : ground) ^ flip)) i++;
  if (i === to) return;
  const tile = copy.writable(key);
  for (; i < to; i++) {
    const covered = row[i]!;
    if (covered > (tile[at + i - from]! ^ flip)) tile[at + i - from] = covered ^ flip;
  }
}

function fillWholly(copy: Copy, key: number, start: number, end: number, mode: Mode): void {
  const { tiles, ground } = copy.pixels;
  const value = mode === "paint" ? 255 : 0;
  const tile = tiles.get(key);
  if (tile && copy.own.has(key)) tile.fill(value, start, end);
  else if (tile ? !alike(tile, start, end, value) : ground !== value) copy.writable(key).fill(value, start, end);
}

function alike(tile: Tile, start: number, end: number, value: number): boolean {
  for (let i = start; i < end; i++) if (tile[i] !== value) return false;
  return true;
}

/** The values inside a box of whole pixels, row by row; past the picture's edge they are 0. */
export function read(pixels: MaskPixels, part: Box): Uint8Array {
  const width = part.right - part.left;
  const values = new Uint8Array(width * (part.bottom - part.top));
  for (const key of tilesIn(pixels.size, part)) {
    const tile = pixels.tiles.get(key);
    const place = tileBox(pixels.size, key);
    const { left, top, right, bottom } = overlap(overlap(place, part), whole(pixels.size));
    for (let y = top; y < bottom; y++) {
      const to = (y - part.top) * width + left - part.left;
      const from = (y - place.top) * SIDE - place.left;
      if (tile) values.set(tile.subarray(from + left, from + right), to);
      else values.fill(pixels.ground, to, to + right - left);
    }
  }
  return values;
}

/** The mask with other values inside a box; tiles that hold nothing but the ground are dropped. */
export function replaced(pixels: MaskPixels, part: Box, values: Uint8Array): MaskPixels {
  const tiles = new Map(pixels.tiles);
  const width = part.right - part.left;
  for (const key of tilesIn(pixels.size, part)) {
    const tile = tiles.get(key)?.slice() ?? new Uint8Array(SIDE * SIDE).fill(pixels.ground);
    const place = tileBox(pixels.size, key);
    const { left, top, right, bottom } = overlap(overlap(place, part), whole(pixels.size));
    for (let y = top; y < bottom; y++) {
      const from = (y - part.top) * width - part.left;
      tile.set(values.subarray(from + left, from + right), (y - place.top) * SIDE + left - place.left);
    }
    if (tile.every((value) => value === pixels.ground)) tiles.delete(key);
    else tiles.set(key, tile);
  }
  return { ...pixels, tiles };
}
