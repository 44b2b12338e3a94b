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

/** How an evenly thick line fades, by distance squared in steps of 1 / scale from `least` on: within 1 of `faded`. */
interface Fading {
  readonly radius: number;
  readonly softness: number;
  readonly least: number;
  readonly scale: number;
  readonly values: Uint8Array;
}

const STEPS = 8192;

function fadingOf(radius: number, softness: number): Fading {
  const edge = edgeOf(radius, softness);
  const least = edge.inner ** 2;
  const scale = STEPS / (edge.outer ** 2 - least);
  return { radius, softness, least, scale, values: Uint8Array.from({ length: STEPS + 1 }, (_, i) => faded(least + (i + 0.5) / scale, edge)) };
}

/** Most pieces are as thick as the one before. */
function fading(radius: number, softness: number): Fading {
  if (kept?.radius !== radius || kept.softness !== softness) kept = fadingOf(radius, softness);
  return kept;
}

let kept: Fading | null = null;

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
  const thin = thickness(diameter, from.pressure);
  const more = thickness(diameter, to.pressure) - thin;
  const most = edgeOf(Math.max(thin, thin + more), softness).outer;
  const core = edgeOf(Math.min(thin, thin + more), softness).inner;
  const first = left + 0.5 - from.x;
  const fade = more
    ? unevenly(dx, dy, first, (along) => edgeOf(thin + more * along, softness))
    : evenly(dx, dy, first, fading(thin, softness));

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

/** Says of a row's pixels start…end how wholly they are covered; `y` is where the row runs, from the piece's start. */
type Fade = (row: Uint8Array, y: number, start: number, end: number) => void;

/** As thick at both ends: by how far a pixel lies from the start, from the line, or from the end, which is (a·x + b)² + c each time. */
function evenly(dx: number, dy: number, first: number, { least, scale, values }: Fading): Fade {
  const length = Math.sqrt(dx * dx + dy * dy);
  const slope = dx || Number.MIN_VALUE;
  return (row, y, start, end) => {
    const place = (on: number) => Math.min(end, Math.max(start, Math.ceil((on - y * dy) / slope - first)));
    const run = (from: number, to: number, a: number, b: number, c: number): void => {
      for (let i = from; i < to; i++) {
        const apart = a * (first + i) + b;
        row[i] = values[Math.max(0, apart * apart + c - least) * scale | 0]!;
      }
    };
    const [begun, ended] = [place(0), place(length * length)];
    const fromStart = [1, 0, y * y] as const;
    const fromEnd = [1, -dx, (y - dy) * (y - dy)] as const;
    const [low, high] = begun < ended ? [begun, ended] : [ended, begun];
    run(start, low, ...(slope > 0 ? fromStart : fromEnd));
    run(low, high, dy / length, (-y * dx) / length, 0);
    run(high, end, ...(slope > 0 ? fromEnd : fromStart));
  };
}

/** Thicker at one end: by how far a pixel lies from the place on the line beside it, 0…1 of its length. */
function unevenly(dx: number, dy: number, first: number, edgeAt: (along: number) => Edge): Fade {
  const squared = dx * dx + dy * dy;
  return (row, y, start, end) => {
    for (let i = start; i < end; i++) {
      const x = first + i;
      const on = x * dx + y * dy;
      const along = on <= 0 ? 0 : on >= squared ? 1 : on / squared;
      row[i] = faded((x - along * dx) ** 2 + (y - along * dy) ** 2, edgeAt(along));
    }
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
