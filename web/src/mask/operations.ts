/** What is done to a whole mask: invert, grow, shrink, feather, fill holes, clear. Worked out only around what was touched. */

import { grown, isEmpty, overlap, whole } from "../boxes";
import type { Box, Samples } from "../words";
import { blurReach } from "../working";
import { type Sigma, blurred, evenSigma } from "./blur";
import { maximum, maximumInBox } from "./maximum";
import { boundsOf } from "./measures";
import { type MaskPixels, type Tile, copied, cover, emptyMask, read, replaced } from "./tiles";

/** From here on a value counts as masked where yes or no is wanted. */
const HALF = 128;

export function inverted(pixels: MaskPixels): MaskPixels {
  const tiles = new Map([...pixels.tiles].map(([key, tile]) => [key, turned(tile)]));
  return { ...pixels, ground: pixels.ground ? 0 : 255, tiles };
}

function turned(tile: Tile): Tile {
  const out = new Uint8Array(tile.length);
  for (let i = 0; i < tile.length; i++) out[i] = 255 - tile[i]!;
  return out;
}

export const cleared = ({ size }: MaskPixels): MaskPixels => emptyMask(size);

/** Every pixel takes the greatest value within an octagon of this radius. */
export function enlarged(pixels: MaskPixels, radius: number): MaskPixels {
  const reach = Math.round(radius);
  // Past the picture's edge too: a value may go out slanting and come back straight.
  const part = grown(touched(pixels), reach);
  return replaced(pixels, part, maximum(read(pixels, part), part.right - part.left, reach));
}

/** Every pixel takes the least value within an octagon of this radius; the picture's edge is no edge of the mask. */
export const reduced = (pixels: MaskPixels, radius: number): MaskPixels => inverted(enlarged(inverted(pixels), radius));

/** Softened by a Gaussian; past the picture's edge the mask goes on as it ends there. */
export const feathered = (pixels: MaskPixels, sigma: number): MaskPixels =>
  worked(pixels, Math.ceil(3 * sigma) + 1, (values, width) => blurred(values, width, evenSigma(sigma)));

/**
 * A mask as its blur will have it, a Gaussian of `sigma`: outside of what is drawn only, which keeps its weight; with
 * `inward` on both sides of its edge, as webui has it.
 */
export const softened = (pixels: MaskPixels, sigma: Sigma, inward = false): MaskPixels =>
  worked(pixels, Math.ceil(2.5 * Math.max(sigma.x, sigma.y)) + 1, (values, width) => {
    const soft = blurred(values, width, sigma);
    if (inward) return soft;
    const most = maximumInBox(values, width, blurReach(sigma.x), blurReach(sigma.y));
    return values.map((value, i) => Math.max(value, Math.min(2 * soft[i]!, most[i]!)));
  });

/** What is wholly surrounded by mask becomes mask; what reaches the picture's edge is no hole. */
export const holesFilled = (pixels: MaskPixels): MaskPixels =>
  worked(pixels, 1, (values, width, part) => {
    const outside = reachable(values, width, edgesOpen(pixels, part));
    return values.map((value, i) => (value < HALF && !outside[i] ? 255 : value));
  });

/** Painted where the picture is transparent. */
export function fromAlpha(pixels: MaskPixels, { size, rgba }: Samples): MaskPixels {
  const copy = copied(pixels);
  cover(copy, whole(size), "paint", (y, row) => {
    for (let x = 0; x < row.length; x++) row[x] = 255 - rgba[(y * size.width + x) * 4 + 3]!;
  });
  return copy.pixels;
}

type Work = (values: Uint8Array, width: number, part: Box) => Uint8Array;

function worked(pixels: MaskPixels, reach: number, work: Work): MaskPixels {
  const part = overlap(grown(touched(pixels), Math.ceil(reach)), whole(pixels.size));
  return isEmpty(part) ? pixels : replaced(pixels, part, work(read(pixels, part), part.right - part.left, part));
}

/** The box of all that is not ground. */
const touched = (pixels: MaskPixels): Box => boundsOf(pixels.ground ? inverted(pixels) : pixels);

type Open = Readonly<Record<"left" | "top" | "right" | "bottom", boolean>>;

/** Which edges of a part lead outside: those on the picture's edge, and all where the ground around it is not masked. */
function edgesOpen({ size, ground }: MaskPixels, part: Box): Open {
  const free = ground < HALF;
  return {
    left: free || part.left === 0,
    top: free || part.top === 0,
    right: free || part.right === size.width,
    bottom: free || part.bottom === size.height,
  };
}

/** 1 for each unmasked pixel that hangs together with an open edge. */
function reachable(values: Uint8Array, width: number, open: Open): Uint8Array {
  const height = values.length / width;
  const reached = new Uint8Array(values.length);
  const stack: number[] = [];
  const visit = (pixel: number) => {
    if (reached[pixel] || values[pixel]! >= HALF) return;
    reached[pixel] = 1;
    stack.push(pixel);
  };
  for (let x = 0; x < width; x++) {
    if (open.top) visit(x);
    if (open.bottom) visit((height - 1) * width + x);
  }
  for (let y = 0; y < height; y++) {
    if (open.left) visit(y * width);
    if (open.right) visit(y * width + width - 1);
  }
  for (let pixel = stack.pop(); pixel !== undefined; pixel = stack.pop()) {
    const x = pixel % width;
    if (x > 0) visit(pixel - 1);
    if (x + 1 < width) visit(pixel + 1);
    if (pixel >= width) visit(pixel - width);
    if (pixel + width < values.length) visit(pixel + width);
  }
  return reached;
}
