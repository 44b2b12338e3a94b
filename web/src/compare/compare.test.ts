import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { NO_SIDES, box, whole } from "../boxes";
import {
  beneath,
  blinking,
  difference,
  halved,
  heatMap,
  inWhole,
  nearLine,
  nudged,
  panesOf,
  seenIn,
  shareAt,
  sideBySide,
  wiped,
} from "./compare";
import { boxOnScreen, toImage, viewport } from "../viewport";
import { type Samples, screenPoint } from "../words";

const VIEW = { ...viewport({ width: 1000, height: 600 }), scale: 2, x: 50, y: 30 };
const SIZE = { width: 40, height: 20 };

const grey = (value: number): Samples => {
  const rgba = new Uint8ClampedArray(SIZE.width * SIZE.height * 4).fill(value);
  for (let i = 3; i < rgba.length; i += 4) rgba[i] = 255;
  return { size: SIZE, rgba };
};

const withPixel = (samples: Samples, x: number, y: number, value: number): Samples => {
  const rgba = samples.rgba.slice();
  rgba[(y * SIZE.width + x) * 4 + 1] = value;
  return { size: SIZE, rgba };
};

describe("laid out", () => {
  it("as a wipe, both pictures lie in the same place, on either side of the line", () => {
    const [before, after] = wiped(VIEW, 0.25);
    expect(before.within).toEqual(box(0, 0, 250, 600));
    expect(after.within).toEqual(box(250, 0, 1000, 600));
    expect([before.view, after.view]).toEqual([VIEW, VIEW]);
    expect(nearLine(VIEW, 0.25, screenPoint(258, 9))).toBe(true);
    expect(nearLine(VIEW, 0.25, screenPoint(290, 9))).toBe(false);
    expect(panesOf("wipe", VIEW, 0.25, false)).toEqual([before, after]);
  });

  it("a wipe goes where it is dragged, and stays on the canvas", () => {
    expect(shareAt(VIEW, screenPoint(250, 0))).toBe(0.25);
    expect(shareAt(VIEW, screenPoint(-9, 0))).toBe(0);
    expect(wiped(VIEW, 7)[1].within).toEqual(box(1000, 0, 1000, 600));
    expect([nudged(0.5, 1), nudged(0.01, -1), nudged(0.5, 99)]).toEqual([0.52, 0, 1]);
  });

  it("side by side, both halves show the same part, at the same scale", () => {
    const [before, after] = sideBySide(VIEW);
    const seen = ({ view, within }: typeof before) => toImage(view, screenPoint(within.left, 0));
    expect(seen(before).x).toBeCloseTo(seen(after).x);
    expect(before.within.right).toBeLessThan(after.within.left);
    expect(before.within.right - before.within.left).toBe(after.within.right - after.within.left);
    const middle = (before.within.left + before.within.right) / 2;
    expect(toImage(before.view, screenPoint(middle, 0)).x).toBeCloseTo(toImage(VIEW, screenPoint(500, 0)).x);
  });

  it("side by side, what was seen whole stays seen whole, and a detail stays as it is", () => {
    const square = { width: 100, height: 100 };
    const wide = { ...viewport({ width: 1000, height: 600 }), scale: 5.5, x: 225, y: 25 };
    const view = halved(wide, square);
    for (const pane of sideBySide(view)) expect(seenIn(pane, square)).toEqual(boxOnScreen(pane.view, whole(square)));
    expect(view.scale).toBeLessThan(5.5);
    expect(halved(view, square)).toBe(view);
    const detail = { ...wide, scale: 20 };
    expect(halved(detail, square)).toBe(detail);
  });

  it("side by side, a pointer means the same pixel in either half", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 498 }), (x) => {
        const [before, after] = sideBySide(VIEW);
        const one = toImage(VIEW, inWhole(VIEW, screenPoint(x, 5)));
        const other = toImage(VIEW, inWhole(VIEW, screenPoint(x + after.within.left - before.within.left, 5)));
        expect(one.x).toBeCloseTo(other.x);
        expect(one.x).toBeCloseTo(toImage(before.view, screenPoint(x, 5)).x);
      }),
    );
  });

  it("a picture is seen where it lies, and not past its pane", () => {
    const [before] = wiped(VIEW, 0.06);
    expect(seenIn(before, SIZE)).toEqual(box(50, 30, 60, 70));
  });

  it("a picture that was grown lies over itself, one that was enlarged as large as it became", () => {
    const after = { width: 60, height: 30 };
    const grown = beneath(VIEW, SIZE, after, { left: 15, top: 10, right: 5, bottom: 0 });
    expect(toImage(grown, screenPoint(VIEW.x + 15 * VIEW.scale, VIEW.y + 10 * VIEW.scale))).toMatchObject({ x: 0, y: 0 });
    expect(beneath(VIEW, SIZE, SIZE, NO_SIDES)).toEqual(VIEW);
    expect(beneath(VIEW, SIZE, { width: 80, height: 40 }, NO_SIDES)).toEqual({ ...VIEW, scale: 4 });
  });

  it("a blink and a difference fill the canvas", () => {
    expect(panesOf("blink", VIEW, 0.5, true)).toEqual([{ shows: "before", view: VIEW, within: box(0, 0, 1000, 600) }]);
    expect(panesOf("difference", VIEW, 0.5, false)[0]?.shows).toBe("after");
  });

  it("a blink shows each picture half of the time, the new one first", () => {
    expect([0, 499, 500, 999, 1000].map((at) => blinking(at))).toEqual(["after", "after", "before", "before", "after"]);
  });
});

describe("the difference", () => {
  it("of equal pictures is nothing", () => {
    expect(difference(grey(90), grey(90))).toEqual({ count: 0, pixels: 800, greatest: 0 });
  });

  it("counts the pixels that changed, and the greatest change of a channel", () => {
    const after = withPixel(withPixel(grey(90), 3, 3, 60), 7, 9, 101);
    expect(difference(grey(90), after)).toEqual({ count: 2, pixels: 800, greatest: 30 });
  });

  it("outside a mask leaves out what was to be painted", () => {
    const mask = new Uint8Array(800);
    mask[3 * SIZE.width + 3] = 1;
    const after = withPixel(withPixel(grey(90), 3, 3, 60), 7, 9, 101);
    expect(difference(grey(90), after, mask)).toEqual({ count: 1, pixels: 799, greatest: 11 });
  });

  it("sees nothing in colours that transparency hides", () => {
    const [one, other] = [grey(90), grey(10)];
    for (const { rgba } of [one, other]) for (let i = 3; i < rgba.length; i += 4) rgba[i] = 0;
    expect(difference(one, other).count).toBe(0);
  });

  it("is the same both ways round", () => {
    fc.assert(
      fc.property(fc.nat(39), fc.nat(19), fc.nat(255), (x, y, value) => {
        const after = withPixel(grey(90), x, y, value);
        expect(difference(grey(90), after)).toEqual(difference(after, grey(90)));
      }),
    );
  });

  it("is drawn from black to white, and a single level shows", () => {
    const { rgba } = heatMap(grey(90), withPixel(withPixel(grey(90), 0, 0, 91), 1, 0, 190));
    const pixel = (x: number) => Array.from(rgba.slice(x * 4, x * 4 + 4));
    expect(pixel(1)).toEqual([255, 255, 255, 255]);
    expect(pixel(2)).toEqual([0, 0, 0, 255]);
    expect(pixel(0)[0]).toBeGreaterThan(60);
  });
});
