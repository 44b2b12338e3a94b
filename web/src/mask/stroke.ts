/**
 * Strokes: each piece between two points is covered by itself, and where pieces overlap the greater cover counts. So a stroke
 * drawn point by point has the same pixels as one drawn at once, and only what the new piece adds has to be painted.
 */

import { EMPTY, joined } from "../boxes";
import type { Box, Stroke, StrokePoint } from "../words";
import { type Piece, pieceBox, pieceCover } from "./piece";
import { type Copy, type MaskPixels, copied, cover } from "./tiles";

/** A piece as long as this many radii is cut, so that a long slanting line does not have its whole box painted. */
const LONGEST = 4;

/** Paints the pieces that end at the points from `first` on, into a copy; returns a box around all that changed. */
export function coverStroke(copy: Copy, stroke: Stroke, first = 0): Box {
  let changed = EMPTY;
  for (let i = first; i < stroke.points.length; i++)
    for (const piece of piecesTo(stroke, i)) {
      const part = pieceBox(piece, stroke);
      changed = joined(changed, cover(copy, part, stroke.mode, pieceCover(piece, stroke, part.left)));
    }
  return changed;
}

export function stroked(pixels: MaskPixels, stroke: Stroke): MaskPixels {
  const copy = copied(pixels);
  coverStroke(copy, stroke);
  return copy.pixels;
}

/** What leads to one of a stroke's points; the first one is a dot. */
function* piecesTo({ points, diameter }: Stroke, i: number): Generator<Piece> {
  const to = points[i]!;
  const from = points[i - 1] ?? to;
  const before = points[i - 2] ?? from;
  const length = Math.sqrt((to.x - from.x) ** 2 + (to.y - from.y) ** 2);
  const count = Math.max(1, Math.ceil(length / Math.max((LONGEST * diameter) / 2, 64)));
  for (let part = 0; part < count; part++)
    yield {
      from: between(from, to, part / count),
      to: between(from, to, (part + 1) / count),
      led: part ? from.pressure === to.pressure : i > 0 && before.pressure === from.pressure,
    };
}

const between = (from: StrokePoint, to: StrokePoint, share: number): StrokePoint => ({
  x: from.x + (to.x - from.x) * share,
  y: from.y + (to.y - from.y) * share,
  pressure: from.pressure + (to.pressure - from.pressure) * share,
  space: "image",
});
