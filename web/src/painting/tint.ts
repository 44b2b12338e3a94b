/** The mask as it is seen: a hatched tint that any picture shows through, and an edge line, light beside dark. */

import { box, grown } from "../boxes";
import type { MaskPixels } from "../mask/tiles";
import type { Viewport } from "../viewport";
import type { Box, Samples } from "../words";
import { sampled } from "./sampling";

type Ink = readonly [red: number, green: number, blue: number];

/** The tint's colour, and those of the edge line inside and outside. */
export interface MaskInk {
  readonly tint: Ink;
  readonly inside: Ink;
  readonly outside: Ink;
}

export type Bytes = Samples & { readonly rgba: Uint8ClampedArray<ArrayBuffer> };

/** Where the mask's edge is drawn. */
const HALF = 128;

/** Opacity of the stripes and of what lies between them, 0…1. */
const STRIPE = 0.6;
const GAP = 0.3;

/** From stripe to stripe, and how wide one is, CSS pixels. */
const PERIOD = 8;
const WIDTH = 3;

/**
 * RGBA, not premultiplied, of the device pixels in a box: ready for `putImageData` on a canvas that holds nothing else.
 *
 * soft      the masks as their blur will have them: the tint fades out so, while the edge line stays where it was drawn
 * outlined  the edge line alone, so that what lies inside is seen
 */
export function tinted(
  masks: readonly MaskPixels[],
  view: Viewport,
  part: Box,
  ink: MaskInk,
  { soft = null, outlined = false }: { readonly soft?: MaskPixels | null; readonly outlined?: boolean } = {},
): Bytes {
  const line = Math.max(1, Math.round(view.ratio));
  const wide = grown(part, line);
  const values = sampled(masks, view, wide);
  const faded = soft ? sampled([soft], view, wide) : values;
  const stride = wide.right - wide.left;
  const [width, height] = [part.right - part.left, part.bottom - part.top];
  const rgba = new Uint8ClampedArray(width * height * 4);
  const words = new Uint32Array(rgba.buffer);
  const inks = inksOf(ink);
  const striped = stripes(view, part);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y + line) * stride + x + line;
      const mine = values[at]!;
      const value = mine > faded[at]! ? mine : faded[at]!;
      if (onEdge(values, at, stride, line)) words[y * width + x] = mine >= HALF ? inks.inside : inks.outside;
      else if (value && !outlined) words[y * width + x] = (striped[x + y] ? inks.stripe : inks.gap)[value]!;
    }
  }
  return { size: { width, height }, rgba };
}

/** Each ink as the four bytes of a pixel, in the machine's own order; the tint for each value of a mask. */
interface Inks {
  readonly inside: number;
  readonly outside: number;
  readonly stripe: Uint32Array;
  readonly gap: Uint32Array;
}

const known = new WeakMap<MaskInk, Inks>();

function inksOf(ink: MaskInk): Inks {
  const found = known.get(ink);
  if (found) return found;
  const tints = (opacity: number) => asWords(Array.from({ length: 256 }, (_, value) => [...ink.tint, (value / 255) * opacity * 255]));
  const [inside, outside] = asWords([ink.inside, ink.outside].map((line) => [...line, 255]));
  const inks = { inside: inside!, outside: outside!, stripe: tints(STRIPE), gap: tints(GAP) };
  known.set(ink, inks);
  return inks;
}

const asWords = (pixels: readonly (readonly number[])[]): Uint32Array =>
  new Uint32Array(Uint8ClampedArray.from(pixels.flat()).buffer);

/** A pixel on one side of the edge with one on the other side near it. */
function onEdge(values: Uint8Array, at: number, stride: number, line: number): boolean {
  const inside = values[at]! >= HALF;
  return (
    values[at - line]! >= HALF !== inside ||
    values[at + line]! >= HALF !== inside ||
    values[at - line * stride]! >= HALF !== inside ||
    values[at + line * stride]! >= HALF !== inside
  );
}

/** Slanting stripes that move with the picture, so that they stand still on it while it is panned: by x + y in the box. */
function stripes({ x, y, ratio }: Viewport, part: Box): Uint8Array {
  const period = Math.round(PERIOD * ratio);
  const origin = Math.round(x * ratio) + Math.round(y * ratio) - part.left - part.top;
  const striped = new Uint8Array(part.right - part.left + part.bottom - part.top);
  return striped.map((_, i) => Number((((i - origin) % period) + period) % period < WIDTH * ratio));
}

/** A preview with the mask as its alpha, so that it is seen only where it will stay: an image of the part `at`, of any size. */
export function insideMask(image: Samples, pixels: MaskPixels, at: Box): Bytes {
  const { width, height } = image.size;
  const scale = width / (at.right - at.left);
  const view: Viewport = { size: image.size, scale, x: -at.left * scale, y: -at.top * scale, ratio: 1 };
  const values = sampled([pixels], view, box(0, 0, width, height));
  const rgba = new Uint8ClampedArray(image.rgba);
  for (let i = 0; i < values.length; i++) rgba[i * 4 + 3] = (rgba[i * 4 + 3]! * values[i]!) / 255;
  return { size: image.size, rgba };
}
