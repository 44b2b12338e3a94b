/** A Gaussian blur in a time that does not depend on sigma. */

const PASSES = 3;

/** Of a Gaussian across and down, pixels. */
export interface Sigma {
  readonly x: number;
  readonly y: number;
}

export const evenSigma = (sigma: number): Sigma => ({ x: sigma, y: sigma });

/**
 * Three running means across, three down; the edge is repeated.
 *
 * sigma  widths of the means are chosen so that their variances add up to sigma²
 * Source: Kovesi 2010, "Fast almost-Gaussian filtering".
 */
export function blurred(values: Uint8Array, width: number, sigma: Sigma): Uint8Array {
  const height = values.length / width;
  const out = Float32Array.from(values);
  for (const reach of reaches(sigma.x)) for (let y = 0; y < height; y++) mean(out, y * width, 1, width, reach);
  for (const reach of reaches(sigma.y)) for (let x = 0; x < width; x++) mean(out, x, width, height, reach);
  return Uint8Array.from(out, Math.round);
}

/** How far each mean reaches to either side. */
function reaches(sigma: number): number[] {
  if (sigma <= 0) return [];
  const ideal = Math.sqrt((12 * sigma * sigma) / PASSES + 1);
  const small = Math.floor((ideal - 1) / 2);
  const narrow = 2 * small + 1;
  const narrows = Math.round(
    (12 * sigma * sigma - PASSES * narrow * narrow - 4 * PASSES * narrow - 3 * PASSES) / (-4 * narrow - 4),
  );
  return Array.from({ length: PASSES }, (_, i) => (i < narrows ? small : small + 1));
}

let line = new Float32Array(0);

/** The mean of 2·reach + 1 values of a line, in place. */
function mean(values: Float32Array, start: number, stride: number, count: number, reach: number): void {
  if (reach < 1) return;
  const length = count + 2 * reach;
  if (line.length < length) line = new Float32Array(length);
  for (let i = 0; i < length; i++) line[i] = values[start + Math.min(count - 1, Math.max(0, i - reach)) * stride]!;
  const window = 2 * reach + 1;
  let sum = 0;
  for (let i = 0; i < window; i++) sum += line[i]!;
  for (let i = 0; i < count; i++) {
    values[start + i * stride] = sum / window;
    sum += (line[i + window] ?? 0) - line[i]!;
  }
}
