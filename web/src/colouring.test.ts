import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { coloured } from "./colouring";

const read = (text: string, comments = true) =>
  coloured(text, comments).map(({ start, end, kind }) => `${kind} ${text.slice(start, end)}`);

const signs = fc.string({
  unit: fc.constantFrom("a", " ", "(", ")", "[", "]", ":", "|", "1", ".", "\\", "<", ">", "#", "\n", "AND", "é"),
});

describe("a coloured prompt", () => {
  it("is the whole text, piece after piece", () => {
    fc.assert(
      fc.property(signs, fc.boolean(), (text, comments) => {
        const spans = coloured(text, comments);
        expect(spans.map(({ start, end }) => text.slice(start, end)).join("")).toBe(text);
        expect(spans.every(({ start, end }, i) => start < end && start === (spans[i - 1]?.end ?? 0))).toBe(true);
      }),
    );
  });

  it("knows weights", () => {
    expect(read("a (hand fan:1.2), old")).toEqual([
      "text a ",
      "bracket (",
      "text hand fan",
      "sign :",
      "number 1.2",
      "bracket )",
      "text , old",
    ]);
  });

  it("knows what changes on the way, and what takes turns", () => {
    expect(read("[dog:cat: 0.5]")).toEqual([
      "bracket [",
      "text dog",
      "sign :",
      "text cat",
      "sign :",
      "number  0.5",
      "bracket ]",
    ]);
    expect(read("[dog|cat]")).toContain("sign |");
  });

  it("knows networks, AND and BREAK, and not words that only contain them", () => {
    expect(read("sea AND sand <lora:old painting:0.8> BREAK STANDING")).toEqual([
      "text sea ",
      "keyword AND",
      "text  sand ",
      "network <lora:old painting:0.8>",
      "text  ",
      "keyword BREAK",
      "text  STANDING",
    ]);
  });

  it("knows comments to the end of the line, where they are wanted", () => {
    expect(read("sea # (not this\nsand")).toEqual(["text sea ", "comment # (not this", "text \nsand"]);
    expect(read("no #1", false)).toEqual(["text no #1"]);
  });

  it("leaves brackets alone that are meant as such", () => {
    expect(read("smile \\(happy\\)")).toEqual(["text smile ", "escape \\(", "text happy", "escape \\)"]);
  });

  it.each([
    ["((sea)", "mistake ("],
    ["sea)", "mistake )"],
    ["(sea]", "mistake ]"],
  ])("marks the bracket that is alone in %s", (text, mistake) => expect(read(text)).toContain(mistake));

  it("tells how deep a word is", () => {
    const text = "a ((b) c)";
    const depth = Object.fromEntries(
      coloured(text).map(({ start, end, depth }) => [text.slice(start, end).trim(), depth]),
    );
    expect(depth).toMatchObject({ a: 0, b: 2, c: 1 });
  });

  it("leaves a colon outside of brackets what it is", () => expect(read("ratio 16:9")).toEqual(["text ratio 16:9"]));
});
