import { type Reducer, type Tool, REST, draftOf, drafting, stay } from "./tool";

const step: Reducer = (gesture, input) => {
  if (input.kind === "cancel" || input.kind === "finish" || input.kind === "up") return REST;
  const held = drafting({ kind: "hold", touch: input });
  if (input.kind === "down") return held;
  const draft = draftOf(gesture, "hold");
  if (!draft) return stay(gesture);
  const from = draft.touch.screen;
  return { ...held, outcome: { kind: "pan", x: input.screen.x - from.x, y: input.screen.y - from.y } };
};

/** Moves what is seen: the one tool that thinks in screen pixels, since the picture moves under it. */
export const pan: Tool = {
  key: "pan",
  label: "tool.pan",
  icon: "hand",
  cursor: () => "grab",
  options: [],
  step,
};
