import { describe, expect, it } from "vitest";

import {
  type ColourPixels,
  type ColourTile,
  channels,
  emptySketch,
  flatten,
  liveColour,
  sketchOf,
  sketched,
} from "./sketch";
import { type Colour, type ColourStroke, type Mode, type Samples, imagePoint } from "./words";

const SIZE = { width: 700, height: 300 };

const stroke = (
  colour: Colour,
  places: readonly (readonly [number, number])[],
  mode: Mode = "paint",
  softness = 0,
): ColourStroke => ({
  kind: "stroke",
  mode,
  diameter: 40,
  softness,
  colour,
  points: places.map(([x, y]) => ({ ...imagePoint(x, y), pressure: 1 })),
});

const white = (): Samples => ({ size: SIZE, rgba: new Uint8ClampedArray(SIZE.width * SIZE.height * 4).fill(255) });

/** Vitest's own comparison takes seconds for a tile. */
const alike = (one: ReadonlyMap<number, ColourTile>, other: ReadonlyMap<number, ColourTile>): boolean =>
  one.size === other.size && [...one].every(([key, tile]) => tile.every((value, i) => value === other.get(key)?.[i]));

function pixel(pixels: ColourPixels, x: number, y: number): number[] {
  const picture: Samples = { size: SIZE, rgba: new Uint8ClampedArray(SIZE.width * SIZE.height * 4) };
  flatten(picture, pixels);
  const at = (y * SIZE.width + x) * 4;
  return Array.from(picture.rgba.slice(at, at + 4));
}

describe("the colour sketch", () => {
  const red = stroke("#ff0000", [
    [100, 100],
    [600, 100],
  ]);

  it("has the stroke's colour where it covers, and nothing elsewhere", () => {
    const drawn = sketchOf(SIZE, [red]);
    expect(pixel(drawn, 300, 100)).toEqual([255, 0, 0, 255]);
    expect(pixel(drawn, 300, 200)).toEqual([0, 0, 0, 0]);
  });

  it("shows the later of two strokes, and takes away with the eraser", () => {
    const drawn = sketchOf(SIZE, [
      red,
      stroke("#0000ff", [
        [300, 50],
        [300, 150],
      ]),
    ]);
    expect(pixel(drawn, 300, 100)).toEqual([0, 0, 255, 255]);
    expect(pixel(sketched(drawn, stroke("#000000", [[300, 100]], "erase")), 300, 100)[3]).toBe(0);
  });

  it("is the same drawn point by point as drawn at once", () => {
    const base = sketchOf(SIZE, [
      stroke(
        "#00ff00",
        [
          [480, 20],
          [560, 260],
        ],
        "paint",
        0.5,
      ),
    ]);
    const long = stroke(
      "#123456",
      [
        [20, 20],
        [500, 130],
        [530, 150],
        [690, 290],
      ],
      "paint",
      0.8,
    );
    const live = liveColour(base);
    long.points.forEach((_, i) => live.extend({ ...long, points: long.points.slice(0, i + 1) }));
    expect(alike(live.pixels.tiles, sketched(base, long).tiles)).toBe(true);
  });

  it("leaves what it was drawn on as it was", () => {
    const base = sketchOf(SIZE, [red]);
    const before = new Map([...base.tiles].map(([key, tile]) => [key, tile.slice()]));
    sketched(
      base,
      stroke("#00ff00", [
        [100, 100],
        [600, 100],
      ]),
    );
    expect(alike(base.tiles, before)).toBe(true);
  });

  it("does not grow denser where a soft stroke crosses itself", () => {
    const there = stroke(
      "#ff0000",
      [
        [100, 100],
        [300, 100],
      ],
      "paint",
      1,
    );
    const back = { ...there, points: [...there.points, ...[...there.points].reverse()] };
    expect(alike(sketched(emptySketch(SIZE), back).tiles, sketched(emptySketch(SIZE), there).tiles)).toBe(true);
  });

  it("is mixed into the picture where it is soft", () => {
    const picture = white();
    flatten(picture, sketchOf(SIZE, [stroke("#000000", [[300, 100]], "paint", 1)]));
    const along = Array.from({ length: 20 }, (_, i) => picture.rgba[(100 * SIZE.width + 300 + i) * 4]!);
    expect(along).toEqual([...along].sort((one, other) => one - other));
    expect(along[0]).toBeLessThan(10);
    expect(along.at(-1)).toBeGreaterThan(250);
  });

  it("reads colours as they are written", () => {
    expect(channels("#0a80ff")).toEqual([10, 128, 255]);
  });
});
