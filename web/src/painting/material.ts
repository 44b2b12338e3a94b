/** What painting needs of the browser: canvases to draw on, and bytes as an image. */

import type { Bytes } from "./tint";
import type { Size } from "../words";

export interface Sheet {
  readonly image: CanvasImageSource;
  readonly context: Pick<CanvasRenderingContext2D, "putImageData" | "drawImage">;
}

export interface Material {
  readonly sheet: (size: Size) => Sheet;
  readonly imageData: (bytes: Bytes) => ImageData;
}
