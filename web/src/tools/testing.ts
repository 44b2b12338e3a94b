/** What the tests of tools have in common: gestures as scripts. */

import { NO_SIDES } from "../boxes";
import { type MaskEdit, type Modifiers, type PointerInput, NO_MODIFIERS, imagePoint, screenPoint } from "../words";
import { FIRST_OPTIONS } from "./options";
import { TOOLS } from "./table";
import { type Gesture, type Outcome, type Scene, type ToolKey, IDLE } from "./tool";

export const SCENE: Scene = {
  options: FIRST_OPTIONS,
  picture: { width: 200, height: 100 },
  scale: 1,
  extend: NO_SIDES,
  crop: null,
};

export const touch = (
  kind: "down" | "move" | "up",
  x: number,
  y: number,
  more: Partial<Modifiers> = {},
): PointerInput => ({
  kind,
  at: imagePoint(x, y),
  screen: screenPoint(x, y),
  pressure: 1,
  modifiers: { ...NO_MODIFIERS, ...more },
});

/** Feeds a script to a tool: its last state, and all that it finished. */
export function play(key: ToolKey, inputs: readonly PointerInput[], scene = SCENE, from = IDLE) {
  let gesture: Gesture = from;
  const outcomes: Outcome[] = [];
  for (const input of inputs) {
    const step = TOOLS[key].step(gesture, input, scene);
    gesture = step.gesture;
    if (step.outcome) outcomes.push(step.outcome);
  }
  return { gesture, outcomes };
}

export const edit = (key: ToolKey, inputs: readonly PointerInput[], scene = SCENE): MaskEdit => {
  const [outcome] = play(key, inputs, scene).outcomes;
  if (outcome?.kind !== "edit") throw new Error(`${key} made no edit`);
  return outcome.edit;
};
