import { box, shifted } from "../boxes";
import type { Box, Size } from "../words";
import { HANDLES, draggedBy, handleAt } from "./handles";
import { type Reducer, type Tool, REST, draftOf, drafting, finished, stay } from "./tool";

const step: Reducer = (gesture, input, { crop, scale, picture }) => {
  if (input.kind === "cancel") return REST;
  if (input.kind === "finish") return stay(gesture);
  if (input.kind === "down") {
    const handle = crop && handleAt(crop, input.at, scale);
    return crop && handle ? drafting({ kind: "crop", box: crop, handle, from: input.at, start: crop }) : stay(gesture);
  }
  const draft = draftOf(gesture, "crop");
  if (!draft) return stay(gesture);
  const dragged = draggedBy(draft.start, draft.handle, input.at.x - draft.from.x, input.at.y - draft.from.y);
  const on = draft.handle === "inside" ? pushedOnto(dragged, picture) : cutTo(dragged, picture);
  return input.kind === "up" ? finished({ kind: "crop", box: on }) : drafting({ ...draft, box: on });
};

/** Rounded to whole pixels and pushed onto the picture, its size kept. */
function pushedOnto({ left, top, right, bottom }: Box, { width, height }: Size): Box {
  const rounded = box(Math.round(left), Math.round(top), Math.round(right), Math.round(bottom));
  const back = (from: number, to: number, limit: number) => Math.max(-from, Math.min(0, limit - to));
  return shifted(rounded, back(rounded.left, rounded.right, width), back(rounded.top, rounded.bottom, height));
}

/** Rounded to whole pixels and cut off where the picture ends. */
const cutTo = ({ left, top, right, bottom }: Box, { width, height }: Size): Box =>
  box(
    Math.max(0, Math.round(left)),
    Math.max(0, Math.round(top)),
    Math.min(width, Math.round(right)),
    Math.min(height, Math.round(bottom)),
  );

/** Drags the part that is worked on, or one of its sides. */
export const crop: Tool = {
  key: "crop",
  label: "tool.crop",
  icon: "crop",
  cursor: (at, { crop, scale }) => {
    const handle = crop && handleAt(crop, at, scale);
    return handle ? HANDLES[handle].cursor : "default";
  },
  options: [],
  step,
};
