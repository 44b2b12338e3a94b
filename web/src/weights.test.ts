import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { type Selection, moved, weighted } from "./weights";

/** A prompt with the selection between bars; one bar is the caret. */
function read(marked: string): Selection {
  const start = marked.indexOf("¦");
  const end = marked.lastIndexOf("¦");
  return { text: marked.replaceAll("¦", ""), start, end: end > start ? end - 1 : start };
}

const written = ({ text, start, end }: Selection): string =>
  start === end
    ? `${text.slice(0, start)}¦${text.slice(start)}`
    : `${text.slice(0, start)}¦${text.slice(start, end)}¦${text.slice(end)}`;

const up = (marked: string) => written(weighted(read(marked), 1));
const down = (marked: string) => written(weighted(read(marked), -1));

describe("Ctrl+↑", () => {
  it.each([
    ["a ¦hand fan¦, old", "a (¦hand fan¦:1.1), old"],
    ["a ha¦nd fan", "a (¦hand¦:1.1) fan"],
    ["a (¦hand fan¦:1.1), old", "a (¦hand fan¦:1.2), old"],
    ["a (hand f¦an:1.1), old", "a (¦hand fan¦:1.2), old"],
    ["a (hand f¦an), old", "a (¦hand fan¦:1.2), old"],
    ["a (hand fan:1.1¦), old", "a (¦hand fan¦:1.2), old"],
    ["¦ hand fan ¦", " (¦hand fan¦:1.1) "],
    ["(¦fan¦:0.9)", "¦fan¦"],
    ["<lora:old pain¦ting:0.8>", "<¦lora:old painting¦:0.85>"],
    ["<lora:x:0.95¦>", "<¦lora:x¦:1>"],
    ["((deep) wa¦ter:1.3)", "(¦(deep) water¦:1.4)"],
    ["((deep wat¦er:1.2), sea:1.3)", "((¦deep water¦:1.3), sea:1.3)"],
    ["a smile \\(ha¦ppy\\)", "a smile \\((¦happy¦:1.1)\\)"],
    ["(sea) and s¦and", "(sea) and (¦sand¦:1.1)"],
  ])("%s becomes %s", (before, after) => expect(up(before)).toBe(after));

  it("has nothing to weigh between words", () => expect(up("a, ¦ ,b")).toBe("a, ¦ ,b"));
});

describe("Ctrl+↓", () => {
  it.each([
    ["a ¦hand fan¦, old", "a (¦hand fan¦:0.9), old"],
    ["(¦fan¦:1.1)", "¦fan¦"],
    ["(¦fan¦)", "¦fan¦"],
    ["(¦fan¦:0.1)", "(¦fan¦:0)"],
    ["<lora:x:1¦>", "<¦lora:x¦:0.95>"],
  ])("%s becomes %s", (before, after) => expect(down(before)).toBe(after));

  it("takes back what Ctrl+↑ did, as often as it was pressed", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z]{1,8}( [a-z]{1,8}){0,4}$/),
        fc.nat(40),
        fc.integer({ min: 1, max: 12 }),
        (text, caret, times) => {
          let selection: Selection = { text, start: Math.min(caret, text.length), end: Math.min(caret, text.length) };
          for (let i = 0; i < times; i++) selection = weighted(selection, 1);
          for (let i = 0; i < times; i++) selection = weighted(selection, -1);
          return selection.text === text;
        },
      ),
    );
  });
});

describe("Alt+← and →", () => {
  it.each([
    [1, "a ¦fan, old, red", "old, a ¦fan, red"],
    [-1, "a fan, ¦old, red", "¦old, a fan, red"],
    [1, "a fan, old, r¦ed", "a fan, old, r¦ed"],
    [-1, "a¦ fan, old", "a¦ fan, old"],
    [-1, "a fan, old,¦red", "a fan, red,¦old"],
  ] as const)("by %i: %s becomes %s", (direction, before, after) => {
    const { text, start } = moved(read(before), direction);
    expect(text).toBe(after.replace("¦", ""));
    expect(text[start]).toBe(text === read(before).text ? text[start] : read(before).text[read(before).start]);
  });

  it("takes back what the other did", () => {
    const there = moved(read("a fan, o¦ld, red"), 1);
    expect(written(moved(there, -1))).toBe("a fan, o¦ld, red");
  });
});
