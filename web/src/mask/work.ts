/** Edits that would hold the page up are worked out beside it. */

import { sizeOf } from "../boxes";
import type { MaskEdit } from "../words";
import { boundsOf } from "./measures";
import { inverted } from "./operations";
import type { MaskPixels } from "./tiles";
import type { Asked, Blur } from "./work.worker";

const SLOW: ReadonlySet<MaskEdit["kind"]> = new Set(["grow", "shrink", "feather", "fill holes"]);

/** So many pixels are grown or feathered within a tenth of a second. */
const MOST = 1_000_000;

export const isSlow = (pixels: MaskPixels, edit: MaskEdit): boolean => SLOW.has(edit.kind) && isLarge(pixels, MOST);

/** Its box has more pixels than `most`. */
export function isLarge(pixels: MaskPixels, most: number): boolean {
  const { width, height } = sizeOf(boundsOf(pixels.ground ? inverted(pixels) : pixels));
  return width * height > most;
}

/** The mask after an edit as `applied` has it, or as its blur will have it. */
export function worked(pixels: MaskPixels, work: MaskEdit | Blur): Promise<MaskPixels> {
  const worker = new Worker(new URL("./work.worker.ts", import.meta.url), { type: "module" });
  return new Promise<MaskPixels>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<MaskPixels>) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage({ pixels, work } satisfies Asked);
  }).finally(() => worker.terminate());
}
