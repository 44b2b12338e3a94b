import { describe, expect, it } from "vitest";

import type { RoundValue } from "../api-types";
import { beganWith, beside, chosenOf, goesOn, nameOf } from "./family";

const round = (id: string, parent: readonly [string, number] | null, more: Partial<RoundValue> = {}): RoundValue => ({
  id,
  tree: "t",
  parent: parent && { round: parent[0], number: parent[1] },
  request: {},
  candidates: [0, 1, 2].map((number) => ({ number }) as RoundValue["candidates"][number]),
  name: "",
  created: 0,
  machine: null,
  task: "paint",
  binned: false,
  ...more,
});

const A = round("a", null);
const TREE = { all_rounds: [A, round("b", ["a", 2]), round("c", ["a", 1], { name: "the hand" }), round("d", ["c", 0], { binned: true })] };

describe("a tree of rounds", () => {
  it("shows of each round the candidate on the canvas, else the one that was painted on last, else the first", () => {
    expect(chosenOf(TREE, A, { round: "a", number: 0 })).toBe(0);
    expect(chosenOf(TREE, A, null)).toBe(1);
    expect(chosenOf(TREE, TREE.all_rounds[1]!, null)).toBe(0);
  });

  it("knows a candidate by its number, whatever lies in the bin", () => {
    const left = { ...A, candidates: A.candidates.slice(1) };
    expect(chosenOf(TREE, left, { round: "a", number: 2 })).toBe(2);
    expect(chosenOf(TREE, left, { round: "a", number: 0 })).toBe(1);
  });

  it("looks at the next candidate when one is thrown away, or at the one before it", () => {
    expect([0, 1, 2].map((number) => beside(A.candidates, number))).toEqual([1, 2, 1]);
    expect(beside(A.candidates.slice(0, 1), 0)).toBeNull();
  });

  it("knows with which words a picture began", () => {
    const again = { all_rounds: [...TREE.all_rounds, round("e", null)] };
    expect(beganWith(again, { round: "c", number: 0 })?.id).toBe("a");
    expect(beganWith(again, null)?.id).toBe("e");
    expect(beganWith({ all_rounds: [] }, null)).toBeNull();
  });

  it("goes on where a round began that is not in the bin", () => {
    expect(goesOn(TREE, null)).toBe(true);
    expect(goesOn(TREE, { round: "a", number: 2 })).toBe(true);
    expect(goesOn(TREE, { round: "a", number: 0 })).toBe(false);
    expect(goesOn(TREE, { round: "c", number: 0 })).toBe(false);
  });

  it("calls a round by its name, or by its number", () => {
    expect(["b", "c"].map((id) => nameOf(TREE, id))).toEqual(["Round 2", "the hand"]);
  });
});
