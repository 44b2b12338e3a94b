/** What is done to a whole mask, away from the page: on large pictures it looks at millions of pixels. */

import { applied } from "../mask";
import type { MaskEdit } from "../words";
import type { MaskPixels } from "./tiles";

export interface Asked {
  readonly pixels: MaskPixels;
  readonly edit: MaskEdit;
}

onmessage = ({ data: { pixels, edit } }: MessageEvent<Asked>) => {
  const told: MaskPixels = applied(pixels, edit);
  postMessage(told, { transfer: [...told.tiles.values()].map(({ buffer }) => buffer as ArrayBuffer) });
};
