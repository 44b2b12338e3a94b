import { contains, whole } from "../boxes";
import { imagePoint } from "../words";
import { type Reducer, type Tool, REST, finished, modeOf } from "./tool";

const step: Reducer = (_, input, scene) => {
  if (input.kind !== "down" || !contains(whole(scene.picture), input.at)) return REST;
  const { tolerance, contiguous } = scene.options;
  const at = imagePoint(Math.floor(input.at.x), Math.floor(input.at.y));
  return finished({ kind: "edit", edit: { kind: "flood", mode: modeOf(input, scene), at, tolerance, contiguous } });
};

/** Masks all that has the colour under the pointer. */
export const fill: Tool = {
  key: "fill",
  label: "tool.fill",
  icon: "paint-bucket",
  cursor: () => "crosshair",
  options: ["tolerance", "contiguous", "mode"],
  step,
};
