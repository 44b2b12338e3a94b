/** Asks the worker for a heat-map. */

import { type Shown, shownImage } from "../pictures";
import type { Difference } from "./compare";
import type { Asked, Told } from "./heat.worker";

export interface Heat {
  readonly shown: Shown;
  readonly difference: Difference;
}

export function heatOf(before: Shown, after: Shown): Promise<Heat> {
  const worker = new Worker(new URL("./heat.worker.ts", import.meta.url), { type: "module" });
  return new Promise<Heat>((resolve, reject) => {
    worker.onmessage = ({ data: { map, difference } }: MessageEvent<Told>) => resolve({ shown: shownImage(map), difference });
    worker.onerror = (event) => reject(new Error(event.message));
    const image = ({ levels }: Shown) => levels.all[0].image as ImageBitmap;
    const asked: Asked = { before: image(before), after: image(after) };
    worker.postMessage(asked);
  }).finally(() => worker.terminate());
}
