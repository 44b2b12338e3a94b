import { expect, test } from "vitest";
import { defaultsOf, told } from "./stands";

test("what belongs to one picture is not kept for the next", () => {
  expect(defaultsOf({ prompt: "a cup", seed: 4, steps: 30, images: ["a"], soft_inpainting: null })).toEqual({ steps: 30 });
});

test("defaults are told by their names, without those that hold anyway", () => {
  const labelOf = (name: string) => name.toUpperCase();
  expect(told({ clip_skip: 2, steps: 30, cfg_scale: 7, soft_inpainting: {} }, labelOf)).toBe("STEPS 30 · CLIP_SKIP 2 · SOFT_INPAINTING ✓");
});
