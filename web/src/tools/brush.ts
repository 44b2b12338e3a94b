import { stroking } from "./stroking";
import type { Tool } from "./tool";

/** Paints the mask; with Alt it erases. */
export const brush: Tool = {
  key: "brush",
  label: "tool.brush",
  icon: "brush",
  cursor: () => "none",
  options: ["diameter", "softness"],
  step: stroking(
    ({ modifiers }, { options: { diameter, softness } }) => ({
      kind: "stroke",
      mode: modifiers.alt ? "erase" : "paint",
      diameter,
      softness,
      points: [],
    }),
    (edit) => ({ kind: "edit", edit }),
  ),
};
