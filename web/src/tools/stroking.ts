/** Strokes: what brush, eraser and sketch have in common. */

import { type PointerInput, type Stroke, type StrokePoint, type Touch, distance, imagePoint } from "../words";
import { type Outcome, type Reducer, type Scene, REST, draftOf, drafting, finished, stay } from "./tool";

/** Nearer than this share of the diameter, and than half a pixel, the next point adds nothing that is seen. */
const SPACING = 0.02;

/** The reducer of a tool that draws strokes: `begin` makes the empty one, `end` what the finished one is. */
export function stroking<S extends Stroke>(
  begin: (touch: Touch, scene: Scene) => S,
  end: (stroke: S) => Outcome,
): Reducer {
  return (gesture, input, scene) => {
    if (input.kind === "cancel") return REST;
    if (input.kind === "down") {
      const from =
        input.modifiers.shift && gesture.kind === "idle" && gesture.last ? [pressed(gesture.last, input)] : [];
      return drafting({ kind: "stroke", stroke: { ...begin(input, scene), points: [...from, pointOf(input)] } });
    }
    const draft = draftOf(gesture, "stroke");
    if (!draft) return stay(gesture);
    if (input.kind === "finish") return finished(end(draft.stroke as S), draft.stroke.points.at(-1));
    const stroke = { ...draft.stroke, points: extended(draft.stroke, input) } as S;
    return input.kind === "up" ? finished(end(stroke), input.at) : drafting({ kind: "stroke", stroke });
  };
}

function extended(stroke: Stroke, input: Extract<PointerInput, Touch>): readonly StrokePoint[] {
  const last = stroke.points.at(-1);
  // A pen is lifted with a pressure of 0, which is no thickness that anybody meant.
  const next = input.kind === "up" && last ? pressed(input.at, last) : pointOf(input);
  const apart = last ? distance(last, next) : Infinity;
  const enough = input.kind === "up" ? apart > 0 : apart >= Math.max(0.5, stroke.diameter * SPACING);
  return enough ? [...stroke.points, next] : stroke.points;
}

const pointOf = (touch: Touch): StrokePoint => pressed(touch.at, touch);

const pressed = ({ x, y }: { x: number; y: number }, { pressure }: { pressure: number }): StrokePoint => ({
  ...imagePoint(x, y),
  pressure,
});
