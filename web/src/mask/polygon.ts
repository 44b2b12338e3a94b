/** Polygons, antialiased: a pixel is covered by the share of its area inside. Where outlines cross, nonzero winding counts. */

import { around, outward } from "../boxes";
import { type Box, type ImagePoint, type Shape, imagePoint } from "../words";
import { type Cover, type MaskPixels, copied, cover } from "./tiles";

/** Lines scanned in each row of pixels; across, areas are exact. */
const LINES = 8;

/** How far the chords of an ellipse may lie from its true outline, image pixels. */
const CHORD = 0.02;

/** An edge that is crossed from `top` up to, not including, `bottom`; `way` is 1 downwards and −1 upwards. */
interface Edge {
  readonly top: number;
  readonly bottom: number;
  readonly x: number;
  readonly slope: number;
  readonly way: 1 | -1;
}

export function shaped(pixels: MaskPixels, shape: Shape): MaskPixels {
  const points = outline(shape);
  const part = outward(around(points));
  const copy = copied(pixels);
  cover(copy, part, shape.mode, polygonCover(points, part));
  return copy.pixels;
}

export const shapeBox = (shape: Shape): Box => outward(around(outline(shape)));

/** A shape's corners, in image pixels: what is drawn while it is dragged, and what is filled in the end. */
export function outline(shape: Shape): readonly ImagePoint[] {
  if (shape.kind === "polygon") return shape.points;
  const { left, top, right, bottom } = shape.box;
  if (shape.kind === "ellipse") return ring(shape.box);
  return [imagePoint(left, top), imagePoint(right, top), imagePoint(right, bottom), imagePoint(left, bottom)];
}

function ring({ left, top, right, bottom }: Box): ImagePoint[] {
  const [across, down] = [(right - left) / 2, (bottom - top) / 2];
  const radius = Math.max(across, down, 1);
  const corners = Math.ceil(Math.PI / Math.acos(1 - CHORD / radius));
  return Array.from({ length: corners }, (_, i) => {
    const angle = (2 * Math.PI * i) / corners;
    return imagePoint(left + across * (1 + Math.cos(angle)), top + down * (1 + Math.sin(angle)));
  });
}

function polygonCover(points: readonly ImagePoint[], part: Box): Cover {
  const edges = edgesOf(points);
  let next = 0;
  let active: Edge[] = [];
  const areas = new Float64Array(part.right - part.left + 1);
  // Rows come from top to bottom, but may begin below the polygon's top where it leaves the picture.
  return (y, row) => {
    while (next < edges.length && edges[next]!.top < y + 1) active.push(edges[next++]!);
    active = active.filter(({ bottom }) => bottom > y);
    areas.fill(0);
    for (let line = 0; line < LINES; line++) scan(active, y + (line + 0.5) / LINES, part.left, areas);
    let within = 0;
    for (let i = 0; i < row.length; i++) {
      within += areas[i]!;
      row[i] = Math.round((255 * Math.min(LINES, Math.max(0, within))) / LINES);
    }
  };
}

function edgesOf(points: readonly ImagePoint[]): Edge[] {
  const edges = points.flatMap((from, i): Edge[] => {
    const to = points[(i + 1) % points.length]!;
    if (from.y === to.y) return [];
    const [high, low] = from.y < to.y ? [from, to] : [to, from];
    const slope = (low.x - high.x) / (low.y - high.y);
    return [{ top: high.y, bottom: low.y, x: high.x, slope, way: from.y < to.y ? 1 : -1 }];
  });
  return edges.sort((one, other) => one.top - other.top);
}

/** Adds the spans of one line that lie inside, as differences from pixel to pixel. */
function scan(active: readonly Edge[], y: number, left: number, areas: Float64Array): void {
  const crossings = active
    .filter(({ top, bottom }) => top <= y && y < bottom)
    .map(({ x, top, slope, way }) => ({ x: x + (y - top) * slope - left, way }))
    .sort((one, other) => one.x - other.x);
  let winding = 0;
  crossings.forEach(({ x, way }, i) => {
    winding += way;
    const end = crossings[i + 1];
    if (winding && end) {
      step(areas, x, 1);
      step(areas, end.x, -1);
    }
  });
}

/** From x on all is inside (or, with −1, outside again); the pixel that x falls into only for its share. */
function step(areas: Float64Array, x: number, by: 1 | -1): void {
  const at = Math.min(areas.length - 1, Math.max(0, Math.floor(x)));
  const share = Math.min(1, Math.max(0, at + 1 - x));
  areas[at]! += by * share;
  if (at + 1 < areas.length) areas[at + 1]! += by * (1 - share);
}
