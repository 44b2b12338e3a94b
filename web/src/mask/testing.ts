/** What the tests of masks have in common. */

import fc from "fast-check";

import { box, whole } from "../boxes";
import type { Box, MaskEdit, Mode, Stroke } from "../words";
import { imagePoint } from "../words";
import { coverage } from "./measures";
import { type MaskPixels, read } from "./tiles";

export const SIZE = { width: 640, height: 560 };

export const stroke = (
  points: readonly (readonly [number, number, number?])[],
  more: Partial<Stroke> = {},
): Stroke => ({
  kind: "stroke",
  mode: "paint",
  diameter: 20,
  softness: 0,
  points: points.map(([x, y, pressure = 1]) => ({ ...imagePoint(x, y), pressure })),
  ...more,
});

export const rectangle = (part: Box, mode: Mode = "paint"): MaskEdit => ({ kind: "rectangle", mode, box: part });
export const ellipse = (part: Box, mode: Mode = "paint"): MaskEdit => ({ kind: "ellipse", mode, box: part });
export const values = (pixels: MaskPixels) => read(pixels, whole(pixels.size));
export const at = (pixels: MaskPixels, x: number, y: number) => read(pixels, box(x, y, x + 1, y + 1))[0];
export const area = (pixels: MaskPixels) => coverage(pixels) * pixels.size.width * pixels.size.height;
export const equal = (one: Uint8Array, other: Uint8Array) =>
  one.length === other.length && one.every((value, i) => value === other[i]);
export const same = (one: MaskPixels, other: MaskPixels) => equal(values(one), values(other));

export const place = fc.tuple(
  fc.double({ min: -50, max: 700, noNaN: true }),
  fc.double({ min: -50, max: 600, noNaN: true }),
);
export const strokes = fc
  .record({
    points: fc.array(place, { minLength: 1, maxLength: 6 }),
    diameter: fc.integer({ min: 1, max: 90 }),
    softness: fc.double({ min: 0, max: 1, noNaN: true }),
    mode: fc.constantFrom<Mode>("paint", "erase"),
  })
  .map(({ points, ...more }) => stroke(points, more));

/** As a pen draws them: each point pressed otherwise, or as the one before. */
export const pressedStrokes = fc
  .tuple(strokes, fc.array(fc.constantFrom(0.1, 0.5, 1), { minLength: 6, maxLength: 6 }))
  .map(([drawn, pressures]) => ({
    ...drawn,
    points: drawn.points.map((point, i) => ({ ...point, pressure: pressures[i]! })),
  }));

/** No piece of it is so long that it is cut, which shows where its thickness changes. */
export const short = (drawn: Stroke): Stroke => ({
  ...drawn,
  points: drawn.points.map(({ x, y, ...more }) => ({ ...more, x: 300 + x / 20, y: 200 + y / 20 })),
});

/** What a stroke that paints should cover of the pixel whose middle is x, y: the most that one of its pieces does. */
export function coverAt({ points, diameter, softness }: Stroke, x: number, y: number): number {
  const pieces = points.map((to, i) => [points[Math.max(0, i - 1)]!, to] as const);
  return Math.max(
    ...pieces.map(([from, to]) => {
      const [dx, dy] = [to.x - from.x, to.y - from.y];
      const along = Math.min(1, Math.max(0, ((x - from.x) * dx + (y - from.y) * dy) / (dx * dx + dy * dy || 1)));
      const apart = Math.hypot(x - from.x - along * dx, y - from.y - along * dy);
      const thick = (pressure: number) => Math.max(0.5, (diameter / 2) * pressure);
      const radius = thick(from.pressure) + along * (thick(to.pressure) - thick(from.pressure));
      const inner = Math.max(0, Math.min(radius * (1 - softness), radius - 0.5));
      const share = Math.min(1, Math.max(0, (radius + 0.5 - apart) / (radius + 0.5 - inner)));
      return Math.round(255 * share * share * (3 - 2 * share));
    }),
  );
}

export function ellipseEdit() {
  return fc
    .tuple(place, place)
    .map(([[a, b], [c, d]]) => ellipse(box(Math.min(a, c), Math.min(b, d), Math.max(a, c) + 1, Math.max(b, d) + 1)));
}

/** Whether two masks' values, of the same width, are equal wherever the box is not. */
export function sameOutside(
  one: Uint8Array,
  other: Uint8Array,
  width: number,
  { left, top, right, bottom }: Box,
): boolean {
  for (let i = 0; i < one.length; i++) {
    if (one[i] === other[i]) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    if (x < left || x >= right || y < top || y >= bottom) return false;
  }
  return true;
}
