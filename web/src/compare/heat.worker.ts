/** The heat-map of two pictures, away from the page: it looks at every pixel of both. */

import type { Samples } from "../words";
import { type Difference, difference, heatMap } from "./compare";

export interface Asked {
  readonly before: ImageBitmap;
  readonly after: ImageBitmap;
}

export interface Told {
  readonly map: ImageBitmap;
  readonly difference: Difference;
}

function samplesOf(image: ImageBitmap): Samples {
  const { width, height } = image;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true })!;
  context.drawImage(image, 0, 0);
  return { size: { width, height }, rgba: context.getImageData(0, 0, width, height).data };
}

onmessage = async ({ data: { before, after } }: MessageEvent<Asked>) => {
  const [one, other] = [samplesOf(before), samplesOf(after)];
  const apart = difference(one, other);
  const { size, rgba } = heatMap(one, other, apart);
  const map = await createImageBitmap(new ImageData(rgba, size.width, size.height));
  const told: Told = { map, difference: apart };
  postMessage(told, { transfer: [map] });
};
