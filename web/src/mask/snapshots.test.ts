import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { box } from "../boxes";
import { rendered } from "../mask";
import type { MaskEdit, Stroke } from "../words";
import { liveStroke } from "./live";
import { snapshots } from "./snapshots";
import { SIZE, equal, rectangle, same, stroke, values } from "./testing";

describe("snapshots", () => {
  const edits: MaskEdit[] = Array.from({ length: 12 }, (_, i) =>
    stroke(
      [
        [i * 50, 40],
        [600 - i * 40, 500],
      ],
      { mode: i % 3 ? "paint" : "erase", diameter: 30 },
    ),
  );

  it("give the mask that painting everything anew gives, through any undo and redo", () => {
    const known = snapshots(SIZE, null, 2 ** 21);
    const expected = edits.map((_, i) => values(rendered(SIZE, edits.slice(0, i + 1))));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: edits.length }), { minLength: 1, maxLength: 4 }), (lengths) =>
        lengths.every((length) => equal(values(known.render(edits.slice(0, length))), expected[length - 1]!)),
      ),
      { numRuns: 5 },
    );
  });

  it("look an undone mask up, and the redone one too", () => {
    const known = snapshots(SIZE, null);
    const all = known.render(edits);
    const before = known.render(edits.slice(0, -1));
    expect(known.render(edits.slice(0, -1))).toBe(before);
    expect(known.render(edits)).toBe(all);
  });

  it("know another edit in the middle from the one that was there", () => {
    const known = snapshots(SIZE, null, 2 ** 19);
    known.render(edits);
    const other = [...edits.slice(0, 5), rectangle(box(1, 1, 90, 90)), ...edits.slice(6)];
    expect(same(known.render(other), rendered(SIZE, other))).toBe(true);
  });

  it("take over what was painted while it was drawn", () => {
    const known = snapshots(SIZE, null);
    const live = liveStroke(known.render(edits.slice(0, 3)));
    live.extend(edits[3] as Stroke);
    known.adopt(edits.slice(0, 4), live.pixels);
    expect(known.render(edits.slice(0, 4))).toBe(live.pixels);
  });
});
