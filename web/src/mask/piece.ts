/** A piece of a stroke: a line whose thickness goes evenly from one end's pressure to the other's, with round ends. */

import { around, grown, outward } from "../boxes";
import type { Box, Stroke, StrokePoint } from "../words";
import type { Cover, Span } from "./tiles";

/** `led`: a piece as thick as this one's start ends there, so what lies behind the start has its full cover already. */
export interface Piece {
  readonly from: StrokePoint;
  readonly to: StrokePoint;
  readonly led: boolean;
}

/** How a line of this thickness fades: wholly covered up to `inner` from its middle, not at all from `outer` on. */
interface Edge {
  readonly inner: number;
  readonly outer: number;
}

const THINNEST = 0.5;

/** Half of how thick a stroke is where it is pressed so. */
const thickness = (diameter: number, pressure: number): number => Math.max(THINNEST, (diameter / 2) * pressure);

/** A hard edge is one pixel wide. */
const edgeOf = (radius: number, softness: number): Edge => ({
  inner: Math.max(0, Math.min(radius * (1 - softness), radius - 0.5)),
  outer: radius + 0.5,
});

/** How wholly a pixel is covered whose middle lies this far, squared, from the line's: 0…255. */
function faded(apart: number, { inner, outer }: Edge): number {
  const share = Math.min(1, Math.max(0, (outer - Math.sqrt(apart)) / (outer - inner)));
  return Math.round(255 * share * share * (3 - 2 * share));
}

/** Steps in which the fading of an evenly thick line is kept. */
const STEPS = 8192;

/** An evenly thick line's fading, from a table where it is so wide that one pays: its values lie within 1 of `faded`. */
function fadeOf(radius: number, softness: number): (apart: number) => number {
  const edge = edgeOf(radius, softness);
  if (radius < WIDE) return (apart) => faded(apart, edge);
  if (kept.radius !== radius || kept.softness !== softness) kept = { radius, softness, values: tableOf(edge) };
  const { values } = kept;
  const least = edge.inner ** 2;
  const scale = STEPS / (edge.outer ** 2 - least);
  return (apart) => (apart <= least ? 255 : (values[((apart - least) * scale) | 0] ?? 0));
}

/** From this radius on, pixels. */
const WIDE = 100;

let kept: { readonly radius: number; readonly softness: number; readonly values: Uint8Array } = { radius: 0, softness: 0, values: new Uint8Array() };

function tableOf(edge: Edge): Uint8Array {
  const least = edge.inner ** 2;
  const step = (edge.outer ** 2 - least) / STEPS;
  return Uint8Array.from({ length: STEPS }, (_, i) => faded(least + (i + 0.5) * step, edge));
}

/** Whole pixels around a piece. */
export const pieceBox = ({ from, to }: Piece, { diameter }: Stroke): Box =>
  outward(grown(around([from, to]), thickness(diameter, Math.max(from.pressure, to.pressure)) + 0.5));

/**
 * A pixel is covered by how far its middle lies from the line: wholly up to the inner radius, not at all from the outer one,
 * smoothly between.
 *
 * left  where the rows begin that are to be covered
 */
export function pieceCover({ from, to, led }: Piece, { diameter, softness }: Stroke, left: number): Cover {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const squared = dx * dx + dy * dy;
  const thin = thickness(diameter, from.pressure);
  const more = thickness(diameter, to.pressure) - thin;
  const most = edgeOf(Math.max(thin, thin + more), softness).outer;
  const core = edgeOf(Math.min(thin, thin + more), softness).inner;
  const first = left + 0.5 - from.x;

  const known = more ? null : fadeOf(thin, softness);

  const fade = (row: Uint8Array, y: number, start: number, end: number): void => {
    for (let i = start; i < end; i++) {
      const x = first + i;
      const on = x * dx + y * dy;
      const along = on <= 0 ? 0 : on >= squared ? 1 : on / squared;
      const ox = x - along * dx;
      const oy = y - along * dy;
      const apart = ox * ox + oy * oy;
      row[i] = known ? known(apart) : faded(apart, edgeOf(thin + more * along, softness));
    }
  };

  return (line, row): Span => {
    const y = line + 0.5 - from.y;
    const ahead = led ? before(y, dx, dy) : EVERYWHERE;
    const span = pixels(meeting(within(y, dx, dy, most), ahead), first, row.length);
    const found = pixels(meeting(within(y, dx, dy, core), ahead), first, row.length);
    const full = found.from < found.to ? found : { from: span.to, to: span.to };
    const known = led ? pixels(meeting(within(y, 0, 0, core), ahead), first, row.length) : NONE;
    const done = known.from < known.to ? known : { from: full.to, to: full.to };
    fade(row, y, span.from, full.from);
    fade(row, y, full.to, span.to);
    return { ...span, full, done };
  };
}

/** A part of a row, both ends included, in pixels from the piece's start. */
interface Reach {
  readonly low: number;
  readonly high: number;
}

const EVERYWHERE: Reach = { low: -Infinity, high: Infinity };
const NOWHERE: Reach = { low: Infinity, high: -Infinity };
const NONE = { from: 0, to: 0 };

/** What of a row lies no farther than `radius` from the line that leads from the origin to dx, dy. */
function within(y: number, dx: number, dy: number, radius: number): Reach {
  const [half, half2] = [chord(y, radius), chord(y - dy, radius)];
  let low = Math.min(-half, dx - half2);
  let high = Math.max(half, dx + half2);
  for (const side of dy ? SIDES : []) {
    const aside = (side * radius) / Math.sqrt(dx * dx + dy * dy);
    const share = (y - aside * dx) / dy;
    if (share < 0 || share > 1) continue;
    low = Math.min(low, share * dx - aside * dy);
    high = Math.max(high, share * dx - aside * dy);
  }
  return { low, high };
}

const SIDES = [-1, 1];

/** Half of what a disc cuts out of a row that runs `y` below its middle; −∞ where it cuts out nothing. */
const chord = (y: number, radius: number): number =>
  Math.abs(y) < radius ? Math.sqrt(radius * radius - y * y) : -Infinity;

/** What of a row lies on the line's side of its start. */
function before(y: number, dx: number, dy: number): Reach {
  if (!dx) return y * dy > 0 ? EVERYWHERE : NOWHERE;
  const start = (-y * dy) / dx;
  return dx > 0 ? { low: start, high: Infinity } : { low: -Infinity, high: start };
}

const meeting = (one: Reach, other: Reach): Reach => ({
  low: Math.max(one.low, other.low),
  high: Math.min(one.high, other.high),
});

/** The pixels whose middles lie in a reach; the first one's lies at `first`. */
function pixels({ low, high }: Reach, first: number, length: number): { from: number; to: number } {
  const from = Math.max(0, Math.ceil(low - first));
  const to = Math.min(length, Math.floor(high - first) + 1);
  return from < to ? { from, to } : NONE;
}
