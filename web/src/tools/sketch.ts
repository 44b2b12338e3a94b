import type { ColourStroke } from "../words";
import { stroking } from "./stroking";
import type { Tool } from "./tool";

/** Paints rough shape and colour over the picture; with Alt it takes them away. */
export const sketch: Tool = {
  key: "sketch",
  label: "tool.sketch",
  icon: "palette",
  cursor: () => "none",
  options: ["diameter", "softness", "colour"],
  step: stroking(
    ({ modifiers }, { options: { diameter, softness, colour } }): ColourStroke => ({
      kind: "stroke",
      mode: modifiers.alt ? "erase" : "paint",
      diameter,
      softness,
      colour,
      points: [],
    }),
    (stroke) => ({ kind: "sketch", stroke }),
  ),
};
