import { overlap, whole } from "../boxes";
import { dragging } from "./dragging";
import { type Tool, modeOf } from "./tool";

/** Has the server find the object inside a box. */
export const select: Tool = {
  key: "select",
  label: "tool.select",
  icon: "wand-sparkles",
  cursor: () => "crosshair",
  options: ["mode"],
  step: dragging(
    (box, from) => ({ kind: "box", box, from }),
    (box, touch, scene) => ({
      kind: "select object",
      box: overlap(box, whole(scene.picture)),
      mode: modeOf(touch, scene),
    }),
  ),
};
