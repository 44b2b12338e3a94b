import { describe, expect, it } from "vitest";

import { NO_SIDES, box } from "../boxes";
import { rendered } from "../mask";
import { rectangle } from "../mask/testing";
import { type Place, markedOf, partOf, repainted, seenPart } from "./place";

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
  blur: 4,
  padding: 32,
  webui: false,
};

describe("the place of a job", () => {
  it("is the mask with its padding, at least its blur, when only that is worked on", () => {
    expect(partOf(place, WORK)).toEqual(box(268, 168, 432, 332));
    expect(partOf({ ...place, padding: 4 }, WORK)).toEqual(box(290, 190, 410, 310));
    expect(partOf({ ...place, padding: 0, blur: 0 }, WORK)).toEqual(box(300, 200, 400, 300));
  });

  it("is the mask with both, as webui has it", () => {
    expect(partOf({ ...place, webui: true }, WORK)).toEqual(box(258, 158, 442, 342));
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

  it("is turned round with the mask mode", () => {
    expect(markedOf(repainted(SIZE, [drawn], "inpaint masked"))).toEqual({ marked: "300,200,400,300", coverage: 10_000 / 364_000 });
    const rest = markedOf(repainted(SIZE, [drawn], "inpaint not masked"));
    expect(rest.marked).toBe("0,0,700,520");
    expect(rest.coverage).toBeCloseTo(1 - 10_000 / 364_000);
  });
});
