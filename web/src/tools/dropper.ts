import { contains, whole } from "../boxes";
import { type Reducer, type Tool, REST, draftOf, drafting, stay } from "./tool";

const step: Reducer = (gesture, input, scene) => {
  if (input.kind === "cancel" || input.kind === "finish") return REST;
  if (input.kind === "up") return REST;
  if (input.kind === "move" && !draftOf(gesture, "hold")) return stay(gesture);
  const held = drafting({ kind: "hold", touch: input });
  return contains(whole(scene.picture), input.at) ? { ...held, outcome: { kind: "pick colour", at: input.at } } : held;
};

/** Takes the sketch's colour from the picture; the colour follows while the pointer is held down. */
export const dropper: Tool = {
  key: "dropper",
  label: "tool.dropper",
  icon: "pipette",
  cursor: () => "crosshair",
  options: ["colour"],
  step,
};
