/** The sketch's tiles as canvases, so that the browser can scale them; only what changed is put anew. */

import { isEmpty, overlap } from "../boxes";
import { SIDE, tileBox } from "../mask/tiles";
import type { ColourPixels, ColourTile } from "../sketch";
import type { Box } from "../words";
import type { Material, Sheet } from "./material";

const TILE = { width: SIDE, height: SIDE };

/** The tiles to be drawn, each with the box of the picture that it covers. */
export type Sheets = readonly { readonly image: CanvasImageSource; readonly at: Box }[];

/** Brings the canvases up to date; `touched` is what a stroke under way has changed in tiles that are still the same. */
export function sheets(material: Material): (pixels: ColourPixels | null, touched: Box) => Sheets {
  let kept = new Map<number, { readonly sheet: Sheet; readonly tile: ColourTile; readonly data: ImageData }>();
  return (pixels, touched) => {
    const next: typeof kept = new Map();
    for (const [key, tile] of pixels?.tiles ?? []) {
      const known = kept.get(key);
      const at = tileBox(pixels!.size, key);
      if (known?.tile === tile) {
        const part = overlap(at, touched);
        const [x, y] = [part.left - at.left, part.top - at.top];
        if (!isEmpty(part))
          known.sheet.context.putImageData(known.data, 0, 0, x, y, part.right - part.left, part.bottom - part.top);
        next.set(key, known);
        continue;
      }
      const sheet = known?.sheet ?? material.sheet(TILE);
      const data = material.imageData({ size: TILE, rgba: tile });
      sheet.context.putImageData(data, 0, 0);
      next.set(key, { sheet, tile, data });
    }
    kept = next;
    return [...kept].map(([key, { sheet }]) => ({ image: sheet.image, at: tileBox(pixels!.size, key) }));
  };
}
