import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { box, sizeOf, whole } from "./boxes";
import {
  SCALES,
  type Viewport,
  actual,
  boxOnScreen,
  fitted,
  kept,
  panned,
  percent,
  pinched,
  resized,
  scaledTo,
  toImage,
  toScreen,
  viewport,
  visible,
  wheelFactor,
  zoomed,
} from "./viewport";
import { imagePoint, screenPoint } from "./words";

const coordinate = fc.double({ min: -1e4, max: 1e4, noNaN: true });
const scale = fc.double({ min: SCALES.least, max: SCALES.most, noNaN: true });
const size = fc.record({ width: fc.integer({ min: 200, max: 4000 }), height: fc.integer({ min: 200, max: 4000 }) });
const views: fc.Arbitrary<Viewport> = fc.record({
  size,
  scale,
  x: coordinate,
  y: coordinate,
  ratio: fc.constantFrom(1, 1.5, 2),
});
const places = fc.tuple(coordinate, coordinate).map(([x, y]) => screenPoint(x, y));

const near = (one: { x: number; y: number }, other: { x: number; y: number }) => {
  expect(one.x).toBeCloseTo(other.x, 4);
  expect(one.y).toBeCloseTo(other.y, 4);
};

describe("the viewport", () => {
  it("leads from screen to image and back to the same place", () => {
    fc.assert(fc.property(views, places, (view, point) => near(toScreen(view, toImage(view, point)), point)));
  });

  it("leads from image to screen and back to the same place", () => {
    fc.assert(
      fc.property(views, coordinate, coordinate, (view, x, y) =>
        near(toImage(view, toScreen(view, imagePoint(x, y))), imagePoint(x, y)),
      ),
    );
  });

  it("keeps what lies under the pointer there while zooming", () => {
    fc.assert(
      fc.property(views, places, fc.double({ min: 0.1, max: 10, noNaN: true }), (view, point, factor) => {
        const under = toImage(view, point);
        const seen = toScreen(zoomed(view, factor, point), under);
        expect(Math.hypot(seen.x - point.x, seen.y - point.y)).toBeLessThan(1e-3);
      }),
    );
  });

  it("never zooms past its limits", () => {
    expect(zoomed(viewport({ width: 100, height: 100 }), 1e9).scale).toBe(SCALES.most);
    expect(zoomed(viewport({ width: 100, height: 100 }), 1e-9).scale).toBe(SCALES.least);
  });

  it("shows the whole picture, in the middle of what margins leave, when fitted", () => {
    fc.assert(
      fc.property(views, size, (view, picture) => {
        const margins = { left: 10, top: 14, right: 12, bottom: 30 };
        const seen = boxOnScreen(fitted(view, whole(picture), margins), whole(picture));
        expect(seen.left).toBeGreaterThanOrEqual(9.999);
        expect(seen.top).toBeGreaterThanOrEqual(13.999);
        expect(seen.left - 10).toBeCloseTo(view.size.width - 12 - seen.right, 6);
        expect(seen.top - 14).toBeCloseTo(view.size.height - 30 - seen.bottom, 6);
      }),
    );
  });

  it("shows one pixel of the picture on one of the device at 100 %", () => {
    const view = actual({ ...viewport({ width: 800, height: 600 }, 2), scale: 3 });
    expect(view.scale).toBe(0.5);
    expect(percent(view)).toBe(100);
  });

  it("pans back to where it was", () => {
    fc.assert(fc.property(views, places, (view, by) => near(panned(panned(view, by.x, by.y), -by.x, -by.y), view)));
  });

  it("has both fingers stay on what they touched", () => {
    const view = scaledTo(viewport({ width: 800, height: 600 }), 1.5);
    const from = [screenPoint(100, 100), screenPoint(300, 100)] as const;
    const to = [screenPoint(150, 180), screenPoint(550, 180)] as const;
    const after = pinched(view, from, to);
    expect(after.scale).toBeCloseTo(3);
    near(toScreen(after, toImage(view, from[0])), to[0]);
    near(toScreen(after, toImage(view, from[1])), to[1]);
  });

  it("keeps its middle when the window is resized", () => {
    const view = { ...viewport({ width: 800, height: 600 }), x: 33, y: 44, scale: 2 };
    const after = resized(view, { width: 1000, height: 500 });
    near(toImage(after, screenPoint(500, 250)), toImage(view, screenPoint(400, 300)));
  });

  it("never loses the picture from sight", () => {
    fc.assert(
      fc.property(views, size, (view, picture) => {
        const seen = boxOnScreen(kept(view, picture), whole(picture));
        expect(seen.right).toBeGreaterThan(0);
        expect(seen.bottom).toBeGreaterThan(0);
        expect(seen.left).toBeLessThan(view.size.width);
        expect(seen.top).toBeLessThan(view.size.height);
      }),
    );
  });

  it("sees a part whose size is the canvas divided by the scale", () => {
    const view = { ...viewport({ width: 800, height: 600 }), scale: 4 };
    expect(sizeOf(visible(view))).toEqual({ width: 200, height: 150 });
    expect(visible(panned(view, 40, 0))).toEqual(box(-10, 0, 190, 150));
  });

  it("zooms in when the wheel turns up, and as far out when it turns down", () => {
    expect(wheelFactor(-100)).toBeGreaterThan(1);
    expect(wheelFactor(100) * wheelFactor(-100)).toBeCloseTo(1);
  });
});
