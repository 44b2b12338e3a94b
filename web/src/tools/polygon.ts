import { type ImagePoint, distance } from "../words";
import { type Reducer, type Scene, type Step, type Tool, REST, draftOf, drafting, finished, stay } from "./tool";

/** Nearer to the first or last corner than this, a press closes the polygon: CSS pixels. */
const NEAR = 10;

const step: Reducer = (gesture, input, scene) => {
  const points = draftOf(gesture, "path")?.points ?? [];
  switch (input.kind) {
    case "cancel":
      return REST;
    case "finish":
      return closed(points, scene);
    case "down":
      if (closes(points, input.at, scene)) return closed(points, scene);
      return drafting({ kind: "path", points: [...points, input.at], hover: input.at });
    case "move":
    case "up":
      return points.length ? drafting({ kind: "path", points, hover: input.at }) : stay(gesture);
  }
};

const closes = (points: readonly ImagePoint[], at: ImagePoint, { scale }: Scene): boolean =>
  points.length > 2 && [points[0], points.at(-1)].some((corner) => corner && distance(corner, at) * scale < NEAR);

const closed = (points: readonly ImagePoint[], { options: { mode } }: Scene): Step =>
  points.length < 3 ? REST : finished({ kind: "edit", edit: { kind: "polygon", mode, points } });

/** Masks what lies between corners; closed by a press on the first or last, or by Enter. */
export const polygon: Tool = {
  key: "polygon",
  label: "tool.polygon",
  icon: "pentagon",
  cursor: () => "crosshair",
  options: ["mode"],
  step,
};
