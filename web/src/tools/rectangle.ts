import { dragging } from "./dragging";
import { type Tool, modeOf } from "./tool";

/** Masks a rectangle of whole pixels. */
export const rectangle: Tool = {
  key: "rectangle",
  label: "tool.rectangle",
  icon: "square",
  cursor: () => "crosshair",
  options: ["mode"],
  step: dragging(
    (box, from, touch, scene) => ({
      kind: "shape",
      edit: { kind: "rectangle", mode: modeOf(touch, scene), box },
      from,
    }),
    (box, touch, scene) => ({ kind: "edit", edit: { kind: "rectangle", mode: modeOf(touch, scene), box } }),
  ),
};
