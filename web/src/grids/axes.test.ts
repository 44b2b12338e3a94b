import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { CellValue } from "../api-types";
import { FIELDS } from "../fields";
import { NO_AXES, adopted, choicesOf, isEmpty, isOver, kindOf, listOf, parted, runnable, tablesOf, timeLeft, toggled, written } from "./axes";

const cell = (x: number, y: number, z: number, more: Partial<CellValue> = {}): CellValue => ({
  x,
  y,
  z,
  job: "j",
  state: "queued",
  picture: null,
  problem: "",
  ...more,
});

describe("an axis as it is typed", () => {
  it("is written as the server takes it, and not at all without a name or values", () => {
    expect(written({ name: "cfg_scale", values: " 1-7 (+3) " })).toBe("cfg_scale=1-7 (+3)");
    expect([written({ name: "", values: "1" }), written({ name: "steps", values: " " })]).toEqual(["", ""]);
    expect(isEmpty(NO_AXES)).toBe(true);
  });

  it("is of numbers, choices, words, sizes or texts", () => {
    const kinds = ["cfg_scale", "soft_mask_influence", "sampler", "tiling", "replace", "size", "checkpoint"].map(kindOf);
    expect(kinds).toEqual(["numbers", "numbers", "choices", "choices", "words", "sizes", "texts"]);
    expect(choicesOf("masked_content")).toContain("latent noise");
    expect([choicesOf("tiling"), choicesOf("steps")]).toEqual([["off", "on"], []]);
  });

  it("takes a choice in and out again, whatever letters it has", () => {
    expect(toggled("fill", "original")).toBe("fill, original");
    expect(toggled("*", "original")).toBe("original");
    const name = fc.string({ unit: fc.constantFrom("a", "b", " ", ",", '"'), minLength: 1 }).map((text) => `x${text}x`);
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 4 }), name, (others, value) => {
        fc.pre(!others.includes(value));
        const list = others.reduce(toggled, "");
        expect(listOf(toggled(list, value))).toEqual([...others, value]);
        expect(toggled(toggled(list, value), value)).toBe(list);
      }),
    );
  });
});

describe("a grid", () => {
  const axes = [
    { name: "steps", labels: ["1", "2", "3"] },
    { name: "cfg_scale", labels: ["5", "7"] },
    { name: "", labels: [""] },
  ];
  const cells = [0, 1].flatMap((y) => [0, 1, 2].map((x) => cell(x, y, 0)));

  it("lies in rows and columns as its axes say, and knows each cell's number", () => {
    const [table] = tablesOf({ axes, cells });
    expect(table?.map((row) => row.map(({ x, y, number }) => [x, y, number]))).toEqual([
      [[0, 0, 0], [1, 0, 1], [2, 0, 2]],
      [[0, 1, 3], [1, 1, 4], [2, 1, 5]],
    ]);
  });

  it("is over when all that can have a picture have ended", () => {
    const lame = [cell(0, 0, 0), cell(1, 0, 0, { job: null, state: null, problem: "no" })];
    expect(runnable({ cells: lame })).toBe(1);
    expect([isOver({ cells: lame, done: 0 }), isOver({ cells: lame, done: 1 })]).toEqual([false, true]);
  });

  it("tells how long it takes from what was done since one looked", () => {
    expect(timeLeft(10, 0, 5, 20)).toBe(30);
    expect(timeLeft(10, 5, 5, 20)).toBeNull();
  });

  it("gives of a cell the settings that are other than those of the studio", () => {
    const here: Record<string, unknown> = { steps: 20, prompt: "a cup" };
    const valueOf = (name: keyof typeof FIELDS) => here[name] ?? FIELDS[name].default;
    expect(adopted({ steps: 30, prompt: "a cup", cfg_scale: 7, seed: 5, batch_size: 1, images: ["x"] }, valueOf)).toEqual({ steps: 30, seed: 5 });
  });

  it("offers what webui's plot has first", () => {
    const options = [{ name: "a", label: "A", plotted: false }, { name: "b", label: "B", plotted: true }];
    expect(parted(options).map((list) => list.map(({ name }) => name))).toEqual([["b"], ["a"]]);
  });
});
