/** Colour strokes → pixels that lie over the picture. Tiles as the mask has them, of RGBA, not premultiplied. */

import { overlap, whole } from "./boxes";
import { liveStroke } from "./mask/live";
import { SIDE, type Tile, emptyMask, tileBox, tilesIn } from "./mask/tiles";
import type { Box, Colour, ColourStroke, Samples, Size } from "./words";

export type ColourTile = Uint8ClampedArray<ArrayBuffer>;

/** A tile that is not stored is transparent. A tile that is handed on is never written to again. */
export interface ColourPixels {
  readonly size: Size;
  readonly tiles: ReadonlyMap<number, ColourTile>;
}

/** As `LiveStroke`: `pixels` changes with every `extend`, which returns the box of what did. */
export interface LiveColour {
  readonly pixels: ColourPixels;
  readonly extend: (stroke: ColourStroke) => Box;
}

export const emptySketch = (size: Size): ColourPixels => ({ size, tiles: new Map() });

/** A stroke covers with its own softness once, however often it crosses itself. */
export function liveColour(base: ColourPixels): LiveColour {
  const tiles = new Map(base.tiles);
  const covered = liveStroke(emptyMask(base.size));
  return {
    pixels: { size: base.size, tiles },
    extend: (stroke) => {
      const dirty = overlap(covered.extend({ ...stroke, mode: "paint" }), whole(base.size));
      for (const key of tilesIn(base.size, dirty)) {
        const cover = covered.pixels.tiles.get(key);
        if (!cover) continue;
        const under = base.tiles.get(key);
        const tile = tiles.get(key);
        const own = tile && tile !== under ? tile : (under?.slice() ?? new Uint8ClampedArray(SIDE * SIDE * 4));
        blend(own, under, cover, stroke, overlap(tileBox(base.size, key), dirty), tileBox(base.size, key));
        tiles.set(key, own);
      }
      return dirty;
    },
  };
}

export function sketched(base: ColourPixels, stroke: ColourStroke): ColourPixels {
  const live = liveColour(base);
  live.extend(stroke);
  return live.pixels;
}

export const sketchOf = (size: Size, strokes: readonly ColourStroke[]): ColourPixels =>
  strokes.reduce(sketched, emptySketch(size));

export function channels(colour: Colour): readonly [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function blend(
  own: ColourTile,
  under: ColourTile | undefined,
  cover: Tile,
  stroke: ColourStroke,
  part: Box,
  place: Box,
): void {
  const ink = channels(stroke.colour);
  for (let y = part.top; y < part.bottom; y++) {
    const row = (y - place.top) * SIDE - place.left;
    for (let pixel = row + part.left; pixel < row + part.right; pixel++) {
      const at = pixel * 4;
      const share = cover[pixel]! / 255;
      const old = under ? under[at + 3]! / 255 : 0;
      const alpha = stroke.mode === "paint" ? share + old * (1 - share) : old * (1 - share);
      own[at + 3] = alpha * 255;
      if (stroke.mode === "erase" || !alpha) continue;
      for (let c = 0; c < 3; c++)
        own[at + c] = (ink[c]! * share + (under ? under[at + c]! : 0) * old * (1 - share)) / alpha;
    }
  }
}

/** Lays the sketch over a picture of its size, in place: what is sent to be painted on. The picture's alpha only grows. */
export function flatten(picture: Samples, { size, tiles }: ColourPixels): void {
  for (const [key, tile] of tiles) {
    const place = tileBox(size, key);
    const { left, top, right, bottom } = overlap(place, whole(size));
    for (let y = top; y < bottom; y++)
      for (let x = left; x < right; x++)
        lay(picture.rgba, (y * size.width + x) * 4, tile, ((y - place.top) * SIDE + x - place.left) * 4);
  }
}

function lay(rgba: Samples["rgba"], to: number, tile: ColourTile, from: number): void {
  const share = tile[from + 3]! / 255;
  if (!share) return;
  const old = rgba[to + 3]! / 255;
  const alpha = share + old * (1 - share);
  for (let c = 0; c < 3; c++)
    rgba[to + c] = Math.round((tile[from + c]! * share + rgba[to + c]! * old * (1 - share)) / alpha);
  rgba[to + 3] = Math.round(alpha * 255);
}
