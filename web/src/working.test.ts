import { describe, expect, it } from "vitest";

import { EMPTY, box } from "./boxes";
import { blurReach, blurredBounds, paddingFor, workedPart, workingLabel } from "./working";

const PICTURE = { width: 704, height: 512 };
const SQUARE = { width: 512, height: 512 };

describe("the part that is worked on", () => {
  // What pentimento.pixels.crop.masked_region answers for the same numbers.
  it.each([
    ["in the middle", box(300, 200, 400, 300), 32, SQUARE, box(268, 168, 432, 332)],
    ["a wide one grows down", box(100, 200, 400, 250), 32, SQUARE, box(68, 43, 432, 407)],
    ["a high one grows across", box(300, 100, 340, 400), 32, SQUARE, box(138, 68, 502, 432)],
    ["in a corner", box(0, 0, 50, 120), 32, SQUARE, box(0, 0, 152, 152)],
    ["wider than high", box(300, 200, 401, 303), 10, { width: 768, height: 512 }, box(259, 190, 443, 313)],
    ["more than there is", box(10, 10, 690, 100), 64, SQUARE, box(0, 0, 704, 512)],
  ])("lies as the server has it: %s", (_, bounds, padding, work, part) => {
    expect(workedPart(bounds, padding, work, PICTURE)).toEqual(part);
  });

  it("is none for an empty mask", () => expect(workedPart(EMPTY, 32, SQUARE, PICTURE)).toBeNull());

  it("says how much it is enlarged, and to what", () => {
    expect(workingLabel(box(0, 0, 301, 226), { width: 512, height: 384 })).toBe("×1.7 · 512×384");
    expect(workingLabel(box(0, 0, 1024, 1024), SQUARE)).toBe("×0.5 · 512×512");
  });

  it("dragged wider has more padding, within what a request takes", () => {
    const part = box(268, 168, 432, 332);
    expect(paddingFor(32, part, box(258, 168, 432, 332))).toBe(42);
    expect(paddingFor(32, part, box(268, 168, 422, 318))).toBe(18);
    expect(paddingFor(32, part, box(300, 200, 400, 300))).toBe(0);
    expect(paddingFor(32, part, box(0, 0, 432, 332))).toBe(256);
    expect(paddingFor(32, part, box(300, 200, 464, 364))).toBe(32);
  });

  it("reckons with the mask's blur", () => {
    expect([0, 4, 64].map(blurReach)).toEqual([0, 10, 160]);
    expect(blurredBounds(box(5, 100, 50, 150), { x: 4, y: 8 }, PICTURE)).toEqual(box(0, 80, 60, 170));
  });
});
