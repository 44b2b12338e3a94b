import { expect, test } from "vitest";
import { pastOf, sought } from "./past";
import { applied } from "./styles";

const round = (created: number, prompt: string, negative_prompt = "") => ({ created, request: { prompt, negative_prompt } as never });

test("each pair of prompts stands once among those of before, the latest first", () => {
  const past = pastOf([round(1, "a cup"), round(3, "a cup"), round(2, "a cup", "blur"), round(4, "")]);
  expect(past).toEqual([{ prompt: "a cup", negative_prompt: "" }, { prompt: "a cup", negative_prompt: "blur" }]);
  expect(sought(past, "BLUR cup")).toEqual([past[1]]);
});

test("a style goes around the words where it says so, else behind them", () => {
  const style = { name: "x", prompt: "oil of {prompt}, {prompt}", negative_prompt: "photo" };
  expect(applied({ prompt: "a cup", negative_prompt: "" }, style)).toEqual({ prompt: "oil of a cup, a cup", negative_prompt: "photo" });
  expect(applied({ prompt: "", negative_prompt: "blur " }, style).negative_prompt).toBe("blur, photo");
});
