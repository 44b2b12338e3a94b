import { distance } from "../words";
import { type Reducer, type Tool, REST, draftOf, drafting, finished, modeOf, stay } from "./tool";

const step: Reducer = (gesture, input, scene) => {
  if (input.kind === "cancel") return REST;
  if (input.kind === "finish") return stay(gesture);
  if (input.kind === "down") return drafting({ kind: "path", points: [input.at], hover: input.at });
  const draft = draftOf(gesture, "path");
  if (!draft) return stay(gesture);
  const last = draft.points.at(-1);
  const points = last && distance(last, input.at) < 0.5 ? draft.points : [...draft.points, input.at];
  if (input.kind === "move") return drafting({ kind: "path", points, hover: input.at });
  return points.length < 3
    ? REST
    : finished({ kind: "edit", edit: { kind: "polygon", mode: modeOf(input, scene), points } });
};

/** Masks what is drawn around. */
export const lasso: Tool = {
  key: "lasso",
  label: "tool.lasso",
  icon: "lasso",
  cursor: () => "crosshair",
  options: ["mode"],
  step,
};
