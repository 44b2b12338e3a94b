/** Dragging a box open: what rectangle, ellipse and select have in common. */

import { between, box, isEmpty, outward } from "../boxes";
import { type Box, type ImagePoint, type Touch, imagePoint } from "../words";
import { type Draft, type Outcome, type Reducer, type Scene, REST, draftOf, drafting, finished, stay } from "./tool";

/** The box from where the drag began: Shift makes it square, Ctrl has it grow around its middle. */
export function draggedBox(from: ImagePoint, { at, modifiers: { shift, ctrl } }: Touch): Box {
  const side = Math.max(Math.abs(at.x - from.x), Math.abs(at.y - from.y));
  const x = shift ? Math.sign(at.x - from.x || 1) * side : at.x - from.x;
  const y = shift ? Math.sign(at.y - from.y || 1) * side : at.y - from.y;
  const far = imagePoint(from.x + x, from.y + y);
  return ctrl ? between(imagePoint(from.x - x, from.y - y), far) : between(from, far);
}

/** The reducer of a tool that drags a box: `show` is what is seen meanwhile, `end` what it makes of the box. */
export function dragging(
  show: (box: Box, from: ImagePoint, touch: Touch, scene: Scene) => Draft,
  end: (box: Box, touch: Touch, scene: Scene) => Outcome,
): Reducer {
  return (gesture, input, scene) => {
    if (input.kind === "cancel") return REST;
    if (input.kind === "finish") return stay(gesture);
    if (input.kind === "down") {
      const { x, y } = input.at;
      return drafting(show(box(x, y, x, y), input.at, input, scene));
    }
    const draft = draftOf(gesture, "shape") ?? draftOf(gesture, "box");
    if (!draft) return stay(gesture);
    const dragged = draggedBox(draft.from, input);
    if (input.kind === "move") return drafting(show(dragged, draft.from, input, scene));
    return isEmpty(dragged) ? REST : finished(end(outward(dragged), input, scene));
  };
}
