/**
 * Strokes: each piece between two points is covered by itself, and where pieces overlap the greater cover counts. So a stroke
 * drawn point by point has the same pixels as one drawn at once, and only the new piece has to be painted.
 */

import { around, grown, outward } from "../boxes";
import type { Box, Stroke, StrokePoint } from "../words";
import { type Copy, type Cover, type MaskPixels, copied, cover } from "./tiles";

/** A piece as long as this many radii is cut, so that a long slanting line does not have its whole box painted. */
const LONGEST = 4;

/** Paints the pieces that end at the points from `first` on, into a copy; returns the box of what may have changed. */
export function coverStroke(copy: Copy, stroke: Stroke, first = 0): Box {
  const radius = stroke.diameter / 2;
  for (let i = first; i < stroke.points.length; i++) {
    const to = stroke.points[i]!;
    // The first point is covered by the piece that leaves it, and alone where there is no other.
    if (i === 0 && stroke.points.length > 1) continue;
    for (const [from, end] of pieces(stroke.points[i - 1] ?? to, to, radius)) coverPiece(copy, stroke, from, end);
  }
  return strokeBox(stroke, Math.max(0, first - 1));
}

export function stroked(pixels: MaskPixels, stroke: Stroke): MaskPixels {
  const copy = copied(pixels);
  coverStroke(copy, stroke);
  return copy.pixels;
}

/** Whole pixels around the stroke from one of its points on. */
export const strokeBox = ({ points, diameter }: Stroke, first = 0): Box =>
  outward(grown(around(points.slice(first)), diameter / 2 + 1));

function* pieces(from: StrokePoint, to: StrokePoint, radius: number): Generator<[StrokePoint, StrokePoint]> {
  const length = Math.sqrt((to.x - from.x) ** 2 + (to.y - from.y) ** 2);
  const count = Math.max(1, Math.ceil(length / Math.max(LONGEST * radius, 64)));
  for (let i = 0; i < count; i++) yield [between(from, to, i / count), between(from, to, (i + 1) / count)];
}

const between = (from: StrokePoint, to: StrokePoint, share: number): StrokePoint => ({
  x: from.x + (to.x - from.x) * share,
  y: from.y + (to.y - from.y) * share,
  pressure: from.pressure + (to.pressure - from.pressure) * share,
  space: "image",
});

function coverPiece(copy: Copy, { diameter, softness, mode }: Stroke, from: StrokePoint, to: StrokePoint): void {
  const thickest = (diameter / 2) * Math.max(from.pressure, to.pressure);
  const part = outward(grown(around([from, to]), Math.max(thickest, 0.5) + 0.5));
  cover(copy, part, mode, pieceCover(from, to, diameter / 2, softness, part.left));
}

/**
 * A line whose thickness goes evenly from one end's pressure to the other's, with round ends.
 *
 * A pixel is covered by how far its middle lies from the line: wholly up to the inner radius, not at all from the outer one,
 * smoothly between. A hard edge is one pixel wide.
 */
function pieceCover(from: StrokePoint, to: StrokePoint, radius: number, softness: number, left: number): Cover {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const squared = dx * dx + dy * dy;
  const thin = Math.max(0.5, radius * from.pressure);
  const more = Math.max(0.5, radius * to.pressure) - thin;
  const core = innerOf(Math.min(thin, thin + more), softness);
  return (y, row) => {
    const py = y + 0.5 - from.y;
    // What lies within the core of either end is covered wherever it falls along the line: no need to look at each pixel.
    const [start, end] = inCore(from.x - left, py, to.x - left, py - dy, core, row.length);
    if (start < end) row.fill(255, start, end);
    for (let i = 0; i < row.length; i++) {
      if (i === start && start < end) i = end;
      const px = left + i + 0.5 - from.x;
      const along = squared ? Math.min(1, Math.max(0, (px * dx + py * dy) / squared)) : 0;
      const ox = px - along * dx;
      const oy = py - along * dy;
      const apart = ox * ox + oy * oy;
      const reach = thin + more * along;
      const outer = reach + 0.5;
      if (apart >= outer * outer) continue;
      const inner = innerOf(reach, softness);
      row[i] = inner > 0 && apart <= inner * inner ? 255 : faded((outer - Math.sqrt(apart)) / (outer - inner));
    }
  };
}

/** Up to here a line of this radius covers wholly. */
const innerOf = (radius: number, softness: number): number =>
  Math.max(0, Math.min(radius * (1 - softness), radius - 0.5));

/** The pixels of a row, from and up to, whose middles lie in a disc around x or one around x2; `y` and `y2` how far below. */
function inCore(x: number, y: number, x2: number, y2: number, core: number, length: number): [number, number] {
  const half = Math.sqrt(Math.max(0, core * core - y * y));
  const half2 = Math.sqrt(Math.max(0, core * core - y2 * y2));
  if (!half && !half2) return [0, 0];
  const meet = half > 0 && half2 > 0 && Math.abs(x - x2) <= half + half2;
  const low = meet ? Math.min(x - half, x2 - half2) : half >= half2 ? x - half : x2 - half2;
  const high = meet ? Math.max(x + half, x2 + half2) : half >= half2 ? x + half : x2 + half2;
  return [Math.max(0, Math.ceil(low - 0.5)), Math.min(length, Math.floor(high - 0.5) + 1)];
}

/** Smoothstep, as a value. */
const faded = (share: number): number => Math.round(255 * share * share * (3 - 2 * share));
