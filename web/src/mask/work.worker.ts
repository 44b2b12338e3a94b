/** What is done to a whole mask, away from the page: on large pictures it looks at millions of pixels. */

import { applied } from "../mask";
import type { MaskEdit } from "../words";
import type { Sigma } from "./blur";
import { softened } from "./operations";
import type { MaskPixels } from "./tiles";

/** How a mask will be softened. */
export interface Blur {
  readonly kind: "blur";
  readonly sigma: Sigma;
  readonly inward: boolean;
}

export interface Asked {
  readonly pixels: MaskPixels;
  readonly work: MaskEdit | Blur;
}

onmessage = ({ data: { pixels, work } }: MessageEvent<Asked>) => {
  const told: MaskPixels = work.kind === "blur" ? softened(pixels, work.sigma, work.inward) : applied(pixels, work);
  postMessage(told, { transfer: [...told.tiles.values()].map(({ buffer }) => buffer as ArrayBuffer) });
};
