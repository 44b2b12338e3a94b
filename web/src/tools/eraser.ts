import { stroking } from "./stroking";
import type { Tool } from "./tool";

/** Takes the mask away; with Alt it paints. */
export const eraser: Tool = {
  key: "eraser",
  label: "tool.eraser",
  icon: "eraser",
  cursor: () => "none",
  options: ["diameter", "softness"],
  step: stroking(
    ({ modifiers }, { options: { diameter, softness } }) => ({
      kind: "stroke",
      mode: modifiers.alt ? "paint" : "erase",
      diameter,
      softness,
      points: [],
    }),
    (edit) => ({ kind: "edit", edit }),
  ),
};
