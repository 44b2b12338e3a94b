import { describe, expect, it } from "vitest";

import { NO_SIDES, box } from "../boxes";
import { rendered } from "../mask";
import { evenSigma } from "../mask/blur";
import { rectangle } from "../mask/testing";
import { type Place, blurOf, markedOf, partOf, repainted, seenPart } from "./place";

const SIZE = { width: 700, height: 520 };
const WORK = { width: 512, height: 512 };
const drawn = rendered(SIZE, [rectangle(box(300, 200, 400, 300))]);
const place: Place = {
  picture: "",
  size: SIZE,
  layers: null,
  mask: drawn,
  sides: NO_SIDES,
  onlyMasked: true,
  blur: evenSigma(4),
  padding: 32,
  webui: false,
};

describe("the place of a job", () => {
  it("is the mask with its padding, at least its blur, when only that is worked on", () => {
    expect(partOf(place, WORK)).toEqual(box(268, 168, 432, 332));
    expect(partOf({ ...place, padding: 4 }, WORK)).toEqual(box(290, 190, 410, 310));
    expect(partOf({ ...place, padding: 0, blur: evenSigma(0) }, WORK)).toEqual(box(300, 200, 400, 300));
  });

  it("is the mask with both, as webui has it", () => {
    expect(partOf({ ...place, webui: true }, WORK)).toEqual(box(258, 158, 442, 342));
    const blur = { x: 0, y: 8 };
    expect(partOf({ ...place, webui: true, blur, padding: 0 }, { width: 100, height: 140 })).toEqual(box(300, 180, 400, 320));
  });

  it("holds what the picture is grown by, with a mask and without", () => {
    const sides = { ...NO_SIDES, right: 64, top: 8 };
    expect(partOf({ ...place, sides, padding: 0 }, { width: 764, height: 528 })).toEqual(box(0, -8, 764, 520));
    const right = { ...NO_SIDES, right: 64 };
    expect(partOf({ ...place, sides: right, mask: null }, WORK)).toEqual(box(244, 0, 764, 520));
    expect(partOf({ ...place, sides: right, padding: 0 }, { width: 474, height: 520 })).toEqual(box(290, 0, 764, 520));
  });

  it("is all of the picture otherwise, with what it is grown by", () => {
    expect(partOf({ ...place, onlyMasked: false }, WORK)).toBeNull();
    expect(partOf({ ...place, mask: null }, WORK)).toBeNull();
    expect(seenPart({ ...place, onlyMasked: false, sides: { ...NO_SIDES, left: 64 } }, WORK)).toEqual(box(-64, 0, 700, 520));
  });

  it("has a blur of its own for each direction where that is said", () => {
    expect(blurOf({ mask_blur: 6 })).toEqual({ x: 6, y: 6 });
    expect(blurOf({ mask_blur: 6, mask_blur_y: null })).toEqual({ x: 6, y: 6 });
    expect(blurOf({ mask_blur: 6, mask_blur_y: 0 })).toEqual({ x: 6, y: 0 });
  });

  it("is turned round with the mask mode", () => {
    expect(markedOf(repainted(SIZE, [drawn], "inpaint masked"))).toEqual({ marked: "300,200,400,300", coverage: 10_000 / 364_000 });
    const rest = markedOf(repainted(SIZE, [drawn], "inpaint not masked"));
    expect(rest.marked).toBe("0,0,700,520");
    expect(rest.coverage).toBeCloseTo(1 - 10_000 / 364_000);
  });
});
