import { expect, test } from "vitest";
import { coloured } from "../colouring";
import { marked, mistakeOf } from "./mistakes";

const texts = { prompt: "a 🌸 [cup:1.2) on it", negative_prompt: "blur" };

test("a warning tells which prompt it is about, and where, whatever letters stand before", () => {
  const mistake = mistakeOf("prompt, character 5, near 'a 🌸 [cup:1.2) on it': '[' is closed by ')'", texts);
  expect(mistake).toEqual({ field: "prompt", span: [5, 6], text: "'[' is closed by ')'" });
  expect(mistakeOf('negative prompt, character 1, near "blur": no', texts)?.span).toEqual([0, 4]);
  expect(mistakeOf("prompt: 3 more places like these", texts)).toEqual({ field: "prompt", span: null, text: "3 more places like these" });
});

test("a warning about something else is left alone", () => {
  expect(mistakeOf("the working size 2048×2048 is far from …", texts)).toBeNull();
});

test("pieces are cut where a mistake begins and ends, and nothing of the text is lost", () => {
  const text = "one cup, two";
  const pieces = marked(coloured(text), [{ field: "prompt", span: [4, 7], text: "" }]);
  expect(pieces.map(({ start, end, wrong }) => [text.slice(start, end), wrong])).toEqual([["one ", false], ["cup", true], [", two", false]]);
});
