import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { box, whole } from "../boxes";
import { rendered } from "../mask";
import { evenSigma } from "../mask/blur";
import { softened } from "../mask/operations";
import { ellipse, equal, rectangle, stroke } from "../mask/testing";
import { read } from "../mask/tiles";
import { type Viewport, viewport } from "../viewport";
import type { Box, Samples } from "../words";
import { sampled } from "./sampling";
import { THEME } from "./testing";
import { insideMask, tinted } from "./tint";

const SIZE = { width: 640, height: 560 };
const SEEN = { width: 240, height: 180 };
const MASK = rendered(SIZE, [
  ellipse(box(60, 40, 330, 300)),
  stroke(
    [
      [20, 300],
      [600, 520],
    ],
    { diameter: 30, softness: 0.6 },
  ),
]);

const views: fc.Arbitrary<Viewport> = fc.record({
  size: fc.constant(SEEN),
  scale: fc.double({ min: 0.05, max: 8, noNaN: true }),
  x: fc.double({ min: -400, max: 200, noNaN: true }),
  y: fc.double({ min: -400, max: 150, noNaN: true }),
  ratio: fc.constantFrom(1, 2),
});
const parts = fc
  .tuple(fc.nat(200), fc.nat(140), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }))
  .map(([left, top, width, height]) => box(left, top, left + width, top + height));

const pixel = ({ size, rgba }: Samples, x: number, y: number) =>
  Array.from(rgba.slice((y * size.width + x) * 4, (y * size.width + x) * 4 + 4));

function cut({ size, rgba }: Samples, { left, top, right, bottom }: Box): Uint8Array {
  const rows = Array.from({ length: bottom - top }, (_, y) =>
    rgba.slice(((top + y) * size.width + left) * 4, ((top + y) * size.width + right) * 4),
  );
  return Uint8Array.from(rows.flatMap((row) => [...row]));
}

describe("mask values on the screen", () => {
  it("are the mask's own at 100 %", () => {
    const view = viewport(SEEN);
    expect(equal(sampled([MASK], view, whole(SEEN)), read(MASK, whole(SEEN)))).toBe(true);
  });

  it("are squares when enlarged", () => {
    const view = { ...viewport(SEEN), scale: 4 };
    const values = sampled([MASK], view, box(0, 0, 240, 180));
    const expected = Uint8Array.from(
      values,
      (_, i) =>
        read(
          MASK,
          box((i % 240) >> 2, Math.floor(i / 240) >> 2, ((i % 240) >> 2) + 1, (Math.floor(i / 240) >> 2) + 1),
        )[0]!,
    );
    expect(equal(values, expected)).toBe(true);
  });

  it("show a line two pixels wide even from far away", () => {
    const thin = rendered({ width: 4000, height: 3000 }, [rectangle(box(1000, 0, 1002, 3000))]);
    const view = { ...viewport(SEEN), scale: 1 / 8 };
    expect(sampled([thin], view, box(125, 0, 126, 180)).every((value) => value === 255)).toBe(true);
  });

  it("are nought past the picture's edge, inverted or not", () => {
    const inverted = rendered(SIZE, [{ kind: "invert" }]);
    const view = { ...viewport(SEEN), x: 100, y: 50 };
    expect(sampled([inverted], view, box(0, 0, 100, 180)).every((value) => value === 0)).toBe(true);
    expect(sampled([inverted], view, box(100, 50, 240, 180)).every((value) => value === 255)).toBe(true);
  });

  it("are the greatest of several masks", () => {
    const other = rendered(SIZE, [rectangle(box(0, 0, 100, 100))]);
    const both = sampled([MASK, other], viewport(SEEN), whole(SEEN));
    const one = sampled([MASK], viewport(SEEN), whole(SEEN));
    const two = sampled([other], viewport(SEEN), whole(SEEN));
    expect(both.every((value, i) => value === Math.max(one[i]!, two[i]!))).toBe(true);
  });
});

describe("the mask's tint", () => {
  it("is the same drawn in part as drawn whole, at any zoom", () => {
    fc.assert(
      fc.property(views, parts, (view, part) => {
        const all = tinted([MASK], view, box(0, 0, 240, 180), THEME.mask);
        return equal(
          cut(
            tinted([MASK], view, part, THEME.mask),
            whole({ width: part.right - part.left, height: part.bottom - part.top }),
          ),
          cut(all, part),
        );
      }),
      { numRuns: 30 },
    );
  });

  it("is nothing where there is no mask", () => {
    expect(tinted([], viewport(SEEN), whole(SEEN), THEME.mask).rgba.every((value) => value === 0)).toBe(true);
  });

  it("has a light line inside the edge and a dark one outside, at any zoom", () => {
    for (const scale of [0.25, 1, 6]) {
      const view = { ...viewport(SEEN), scale, x: 10 };
      const square = rendered(SIZE, [rectangle(box(0, 0, 20, 560))]);
      const row = tinted([square], view, box(0, 40, 240, 41), THEME.mask);
      const edge = 10 + 20 * scale;
      expect(pixel(row, edge - 1, 0)).toEqual([255, 255, 255, 255]);
      expect(pixel(row, edge, 0)).toEqual([0, 0, 0, 255]);
      expect(pixel(row, edge + 1, 0)[3]).toBe(0);
    }
  });

  it("is hatched, lets the picture through everywhere, and stands still on it while panned", () => {
    const full = rendered(SIZE, [rectangle(whole(SIZE))]);
    const view = { ...viewport(SEEN), x: -100, y: -100 };
    const tint = tinted([full], view, whole(SEEN), THEME.mask);
    const opacities = new Set(Array.from({ length: 60 }, (_, x) => pixel(tint, x + 20, 40)[3]));
    expect(opacities.size).toBe(2);
    expect(Math.max(...(opacities as Set<number>))).toBeLessThan(200);
    const panned = tinted([full], { ...view, x: -97, y: -105 }, whole(SEEN), THEME.mask);
    expect(pixel(panned, 53, 45)).toEqual(pixel(tint, 50, 50));
  });

  it("of a soft mask is fainter where the mask is", () => {
    const soft = rendered(SIZE, [stroke([[120.5, 90.5]], { diameter: 160, softness: 1 })]);
    const tint = tinted([soft], viewport(SEEN), whole(SEEN), THEME.mask);
    expect(pixel(tint, 120, 90)[3]).toBeGreaterThan(pixel(tint, 120, 160)[3]!);
    expect(pixel(tint, 120, 160)[3]).toBeGreaterThan(0);
  });

  it("fades as the blur will have it, with its line where it was drawn; outlined it is that line alone", () => {
    const square = rendered(SIZE, [rectangle(box(20, 0, 100, 560))]);
    const soft = softened(square, evenSigma(12));
    const row = tinted([square], viewport(SEEN), box(0, 90, 240, 91), THEME.mask, { soft });
    expect(pixel(row, 99, 0)).toEqual([255, 255, 255, 255]);
    expect(pixel(row, 100, 0)).toEqual([0, 0, 0, 255]);
    expect(pixel(row, 104, 0)[3]).toBeGreaterThan(0);
    expect(pixel(row, 140, 0)[3]).toBe(0);
    const line = tinted([square], viewport(SEEN), box(0, 90, 240, 91), THEME.mask, { soft, outlined: true });
    expect(Array.from({ length: 240 }, (_, x) => x).filter((x) => pixel(line, x, 0)[3])).toEqual([19, 20, 99, 100]);
  });

  it("keeps a preview inside: its alpha is the mask's", () => {
    const image: Samples = { size: { width: 64, height: 64 }, rgba: new Uint8ClampedArray(64 * 64 * 4).fill(255) };
    const square = rendered(SIZE, [rectangle(box(128, 128, 192, 192))]);
    const inside = insideMask(image, square, box(64, 64, 192, 192));
    expect(pixel(inside, 10, 10)).toEqual([255, 255, 255, 0]);
    expect(pixel(inside, 40, 40)).toEqual([255, 255, 255, 255]);
    expect(pixel(inside, 40, 10)[3]).toBe(0);
  });
});
