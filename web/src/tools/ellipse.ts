import { dragging } from "./dragging";
import { type Tool, modeOf } from "./tool";

/** Masks the ellipse that fills the dragged box. */
export const ellipse: Tool = {
  key: "ellipse",
  label: "tool.ellipse",
  icon: "circle",
  cursor: () => "crosshair",
  options: ["mode"],
  step: dragging(
    (box, from, touch, scene) => ({ kind: "shape", edit: { kind: "ellipse", mode: modeOf(touch, scene), box }, from }),
    (box, touch, scene) => ({ kind: "edit", edit: { kind: "ellipse", mode: modeOf(touch, scene), box } }),
  ),
};
