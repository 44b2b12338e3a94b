/** A stroke while it is drawn: each new point repaints only what it adds. */

import { EMPTY } from "../boxes";
import type { Box, Stroke } from "../words";
import { coverStroke } from "./stroke";
import { type MaskPixels, copied } from "./tiles";

/**
 * pixels  the mask with the stroke so far; its tiles change with every `extend`, until the stroke is done
 * extend  paints what a longer version of the stroke adds; returns the box of what may have changed
 */
export interface LiveStroke {
  readonly pixels: MaskPixels;
  readonly extend: (stroke: Stroke) => Box;
}

export function liveStroke(base: MaskPixels): LiveStroke {
  const copy = copied(base);
  let drawn = 0;
  return {
    pixels: copy.pixels,
    extend: (stroke) => {
      if (stroke.points.length === drawn) return EMPTY;
      const dirty = coverStroke(copy, stroke, drawn);
      drawn = stroke.points.length;
      return dirty;
    },
  };
}
