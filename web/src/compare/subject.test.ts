import { describe, expect, it } from "vitest";

import type { CandidateValue, GrownTree, RoundValue } from "../api-types";
import { beforeOf, facesSaid } from "./subject";

const candidate = (file: string, more: Partial<CandidateValue> = {}) => ({ file, unrestored: null, faces: null, ...more }) as CandidateValue;
const round = (id: string, parent: RoundValue["parent"], candidates: readonly CandidateValue[], request = {}) =>
  ({ id, parent, candidates: candidates.map((each, number) => ({ ...each, number })), request, binned: false }) as unknown as RoundValue;

const FIRST = round("a", null, [candidate("a0"), candidate("a1", { unrestored: "a1 before" })]);
const SECOND = round("b", { round: "a", number: 1 }, [candidate("b0")], { extend: [10, 0, 20, 0] });
const TREE = { root: "photo", all_rounds: [FIRST, SECOND] } as unknown as GrownTree;
const FROM_WORDS = { root: null, all_rounds: [FIRST] } as unknown as GrownTree;

describe("a candidate is held against", () => {
  it("the picture that its round began from, however far it was grown", () => {
    expect(beforeOf(TREE, FIRST, FIRST.candidates[0]!, "picture")).toMatchObject({ hash: "photo" });
    expect(beforeOf(TREE, SECOND, SECOND.candidates[0]!, "picture")).toEqual({
      hash: "a1",
      extend: { left: 10, top: 0, right: 20, bottom: 0 },
    });
  });

  it("nothing, where it was made from words alone", () => {
    expect(beforeOf(FROM_WORDS, FIRST, FIRST.candidates[0]!, "picture")).toBeNull();
  });

  it("itself before its faces were restored, where any were", () => {
    expect(beforeOf(TREE, FIRST, FIRST.candidates[1]!, "faces")?.hash).toBe("a1 before");
    expect(beforeOf(TREE, FIRST, FIRST.candidates[0]!, "faces")).toBeNull();
  });
});

describe("what became of faces", () => {
  const face = (left: string) => ({ box: { left: 96, top: 30, right: 137, bottom: 82 }, confidence: 1, left });

  it("is told in one line, and of each", () => {
    const told = facesSaid({ faces: { restored: 1, faces: [face(""), face("does not touch the mask")] } });
    expect(told?.said).toBe("2 faces found, 1 restored");
    expect(told?.each).toEqual(["41 × 52 at 96, 30: restored", "41 × 52 at 96, 30: does not touch the mask"]);
  });

  it("is said of none, and not at all where none were looked for", () => {
    expect(facesSaid({ faces: { restored: 0, faces: [] } })?.said).toBe("no face found");
    expect(facesSaid({ faces: { restored: 1, faces: [face("")] } })?.said).toBe("1 face found, 1 restored");
    expect(facesSaid({ faces: null })).toBeNull();
  });
});
