/** The colours that the canvas is drawn in; CSS where a canvas takes it. */

import type { MaskInk } from "./tint";

/**
 * ground     around the picture
 * chequer    two greys behind what is transparent
 * beyond     where the picture is to be grown
 * line       crop, selection and brush ring, and its shadow, so that one of them shows on any picture
 * handle     what can be dragged
 * label      text and ground of the crop's label
 * font       of that label
 */
export interface Theme {
  readonly ground: string;
  readonly chequer: readonly [string, string];
  readonly beyond: string;
  readonly line: string;
  readonly shadow: string;
  readonly handle: string;
  readonly label: { readonly text: string; readonly ground: string };
  readonly font: string;
  readonly mask: MaskInk;
}
