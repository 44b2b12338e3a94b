import { extended, whole } from "../boxes";
import type { ImagePoint, Sides } from "../words";
import { HANDLES, type Handle, draggedBy, handleAt } from "./handles";
import { type Reducer, type Scene, type Tool, REST, draftOf, drafting, finished, stay } from "./tool";

/** The engine works in cells of this many pixels, and grows a picture by at most so many on each side. */
const CELL = 8;
const MOST = 4096;

const step: Reducer = (gesture, input, scene) => {
  if (input.kind === "cancel") return REST;
  if (input.kind === "finish") return stay(gesture);
  if (input.kind === "down") {
    const handle = grip(input.at, scene);
    const start = scene.extend;
    return handle ? drafting({ kind: "sides", sides: start, handle, from: input.at, start }) : stay(gesture);
  }
  const draft = draftOf(gesture, "sides");
  if (!draft) return stay(gesture);
  const sides = pulled(draft.start, draft.handle, input.at.x - draft.from.x, input.at.y - draft.from.y, scene);
  return input.kind === "up" ? finished({ kind: "extend", sides }) : drafting({ ...draft, sides });
};

function grip(at: ImagePoint, { picture, extend, scale }: Scene): Handle | null {
  const handle = handleAt(extended(whole(picture), extend), at, scale);
  return handle === "inside" ? null : handle;
}

function pulled(start: Sides, handle: Handle, x: number, y: number, { picture }: Scene): Sides {
  const { left, top, right, bottom } = draggedBy(extended(whole(picture), start), handle, x, y);
  const snapped = (by: number) => Math.min(MOST, Math.max(0, Math.round(by / CELL) * CELL));
  return {
    left: snapped(-left),
    top: snapped(-top),
    right: snapped(right - picture.width),
    bottom: snapped(bottom - picture.height),
  };
}

/** Drags the picture's border outwards, to paint what lies beyond. */
export const frame: Tool = {
  key: "frame",
  label: "tool.frame",
  icon: "expand",
  cursor: (at, scene) => {
    const handle = grip(at, scene);
    return handle ? HANDLES[handle].cursor : "default";
  },
  options: [],
  step,
};
