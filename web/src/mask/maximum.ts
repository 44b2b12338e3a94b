/** The greatest value within an octagon, for each pixel: how a mask grows; and within a box. */

/**
 * Four running maxima, along rows, columns and both diagonals: an octagon is the sum of these four segments, so its size costs
 * nothing. Past the edge there is nothing.
 *
 * Source: van Herk 1992, "A fast algorithm for local minimum and maximum filters on rectangular and octagonal kernels".
 */
export function maximum(values: Uint8Array, width: number, radius: number): Uint8Array {
  if (radius < 1) return values;
  const height = values.length / width;
  // Straight extent is a + 2b, slanting extent (a + b)·√2; both are the radius.
  const slanting = Math.floor(radius * (1 - Math.SQRT1_2));
  const straight = radius - 2 * slanting;
  const out = maximumInBox(values, width, straight, straight);
  if (slanting) {
    for (const [start, count] of falling(width, height)) along(out, start, width + 1, count, slanting);
    for (const [start, count] of rising(width, height)) along(out, start, width - 1, count, slanting);
  }
  return out;
}

/** The greatest value so many pixels to either side, and above and below. */
export function maximumInBox(values: Uint8Array, width: number, across: number, down: number): Uint8Array {
  const height = values.length / width;
  const out = values.slice();
  for (let y = 0; y < height; y++) along(out, y * width, 1, width, across);
  for (let x = 0; x < width; x++) along(out, x, width, height, down);
  return out;
}

/** Start and length of every diagonal that runs down to the right. */
function* falling(width: number, height: number): Generator<[number, number]> {
  for (let x = 0; x < width; x++) yield [x, Math.min(width - x, height)];
  for (let y = 1; y < height; y++) yield [y * width, Math.min(width, height - y)];
}

/** Start and length of every diagonal that runs down to the left. */
function* rising(width: number, height: number): Generator<[number, number]> {
  for (let x = 0; x < width; x++) yield [x, Math.min(x + 1, height)];
  for (let y = 1; y < height; y++) yield [y * width + width - 1, Math.min(width, height - y)];
}

let before = new Uint8Array(0);
let after = new Uint8Array(0);

/** The running maximum of 2·reach + 1 values of a line, in place: three comparisons a value, whatever the reach. */
function along(values: Uint8Array, start: number, stride: number, count: number, reach: number): void {
  const window = 2 * reach + 1;
  const length = count + 2 * reach;
  if (before.length < length) [before, after] = [new Uint8Array(length), new Uint8Array(length)];
  let any = 0;
  for (let i = 0; i < length; i++) {
    const at = i - reach;
    const value = at >= 0 && at < count ? values[start + at * stride]! : 0;
    any |= value;
    after[i] = value;
    before[i] = i % window && before[i - 1]! > value ? before[i - 1]! : value;
  }
  if (!any) return;
  for (let i = length - 2; i >= 0; i--) {
    if ((i + 1) % window && after[i + 1]! > after[i]!) after[i] = after[i + 1]!;
  }
  for (let i = 0; i < count; i++) {
    const [one, other] = [after[i]!, before[i + window - 1]!];
    values[start + i * stride] = one > other ? one : other;
  }
}
