/** Pictures between files, canvases and pixels. */

import { greyOf, united } from "./mask/measures";
import type { MaskPixels } from "./mask/tiles";
import { type Levels, type Shrink, levelsOf } from "./painting/levels";
import type { Material } from "./painting/material";
import type { ColourPixels } from "./sketch";
import { flatten } from "./sketch";
import type { Samples, Size } from "./words";

/** A picture that can be drawn at any scale. */
export interface Shown {
  readonly levels: Levels;
  readonly transparent: boolean;
}

export async function shown(file: Blob, transparent = false): Promise<Shown> {
  return shownImage(await createImageBitmap(file), transparent);
}

export const shownImage = (image: ImageBitmap, transparent = false): Shown => ({
  levels: levelsOf(image, sizeOf(image), shrink),
  transparent,
});

export const sizeOf = ({ width, height }: ImageBitmap): Size => ({ width, height });

const shrink: Shrink = (image, from, to) => {
  const { canvas, context } = board(to);
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, from.width, from.height, 0, 0, to.width, to.height);
  return canvas;
};

function board({ width, height }: Size): { canvas: OffscreenCanvas; context: OffscreenCanvasRenderingContext2D } {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("This browser has no memory for another canvas.");
  return { canvas, context };
}

/** What painting needs of the browser. */
export const MATERIAL: Material = {
  sheet: (size) => {
    const { canvas, context } = board(size);
    return { image: canvas, context };
  },
  imageData: ({ size, rgba }) => new ImageData(rgba, size.width, size.height),
};

export const samplesOf = ({ levels: { size, all } }: Shown): Samples => sampled(all[0].image, size);

/** An image's pixels, brought to a size. */
export function sampled(image: CanvasImageSource, size: Size): Samples {
  const { context } = board(size);
  context.drawImage(image, 0, 0, size.width, size.height);
  return { size, rgba: context.getImageData(0, 0, size.width, size.height).data };
}

/** The masks that are on as one grey PNG: white repaints. */
export const maskFile = (size: Size, masks: readonly MaskPixels[]): Promise<Blob> => pngOf(greyOf(united(size, masks)));

/** The picture with the sketch in it, as PNG. */
export function sketchedFile(picture: Shown, sketch: ColourPixels): Promise<Blob> {
  const { size, rgba } = samplesOf(picture);
  const copy = { size, rgba: new Uint8ClampedArray(rgba) };
  flatten(copy, sketch);
  return pngOf(copy);
}

function pngOf({ size, rgba }: Samples & { readonly rgba: Uint8ClampedArray<ArrayBuffer> }): Promise<Blob> {
  const { canvas, context } = board(size);
  context.putImageData(new ImageData(rgba, size.width, size.height), 0, 0);
  return canvas.convertToBlob({ type: "image/png" });
}

/** Any picture as PNG, the one kind that browsers copy. */
export const asPng = async (file: Blob): Promise<Blob> => pngOf(samplesOf(await shown(file)) as Samples & { readonly rgba: Uint8ClampedArray<ArrayBuffer> });

/** Offers a file to be saved. */
export function download(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
