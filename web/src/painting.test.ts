import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { NO_SIDES, box, evenly, whole } from "./boxes";
import { applied, rendered } from "./mask";
import { liveStroke } from "./mask/live";
import { ellipse, equal, rectangle, stroke } from "./mask/testing";
import { type Sight, painter } from "./painting";
import { everything, onDevice, tidied } from "./painting/dirt";
import { type Levels, levelFor, levelsOf } from "./painting/levels";
import { NO_OVERLAY } from "./painting/overlay";
import { MATERIAL, THEME, areaOf, fakeCanvases } from "./painting/testing";
import { emptySketch, liveColour, sketched } from "./sketch";
import { fitted, panned, viewport, zoomed } from "./viewport";
import { type Box, type ColourStroke, type Size, imagePoint } from "./words";

const SIZE = { width: 900, height: 700 };
const SEEN = { width: 300, height: 240 };
const IMAGE = "image" as unknown as CanvasImageSource;
const PICTURE: Levels = levelsOf(IMAGE, SIZE, () => IMAGE);

const SIGHT: Sight = {
  view: fitted(viewport(SEEN), whole(SIZE), evenly(8)),
  contents: { picture: PICTURE, transparent: false, extend: NO_SIDES, preview: null },
  sketch: null,
  masks: [],
  soft: null,
  outlined: false,
  overlay: NO_OVERLAY,
  theme: THEME,
  phase: 0,
};

const NOTHING = { picture: [], mask: [], overlay: [] };
const ring = (x: number) => ({ ...NO_OVERLAY, ring: { at: imagePoint(x, 300), diameter: 40, softness: 0.5 } });
const colour = (points: readonly (readonly [number, number])[]): ColourStroke => ({
  ...stroke(points),
  colour: "#ff0000",
});

function begun(sight: Sight = SIGHT) {
  const { canvases, fakes } = fakeCanvases(SEEN);
  const paint = painter(canvases, MATERIAL);
  paint(sight);
  return { paint, fakes };
}

describe("painting", () => {
  it("draws everything the first time, and nothing when nothing changed", () => {
    const { canvases } = fakeCanvases(SEEN);
    const paint = painter(canvases, MATERIAL);
    expect(paint(SIGHT).picture).toEqual([box(0, 0, 300, 240)]);
    expect(paint({ ...SIGHT })).toEqual(NOTHING);
  });

  it("draws everything when the picture is zoomed", () => {
    const { paint } = begun();
    expect(areaOf(paint({ ...SIGHT, view: zoomed(SIGHT.view, 1.1) }).mask)).toBe(300 * 240);
  });

  it("draws only what comes into sight when the picture is panned, and ends with the same bytes as drawn anew", () => {
    const masks = [rendered(SIZE, [ellipse(box(200, 100, 700, 600))])];
    const steps = fc.array(fc.tuple(fc.double({ min: -90, max: 90, noNaN: true }), fc.double({ min: -90, max: 90, noNaN: true })), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(steps, fc.constantFrom(1, 4), (all, closer) => {
        let view = zoomed(SIGHT.view, closer);
        const { paint, fakes } = begun({ ...SIGHT, view, masks });
        for (const [x, y] of all) {
          view = panned(view, x, y);
          const drawn = paint({ ...SIGHT, view, masks });
          expect(drawn.picture).toEqual(drawn.mask);
          expect(areaOf(drawn.mask)).toBeLessThanOrEqual((Math.abs(x) + 1) * 240 + (Math.abs(y) + 1) * 300);
        }
        return equal(fakes.mask.rgba as never, begun({ ...SIGHT, view, masks }).fakes.mask.rgba as never);
      }),
      { numRuns: 25 },
    );
  });

  it("scrolls and paints at once", () => {
    const before = rendered(SIZE, [ellipse(box(200, 100, 700, 600))]);
    const masks = [applied(before, rectangle(box(300, 0, 900, 700), "erase"))];
    const view = panned(SIGHT.view, 31, -7);
    const { paint, fakes } = begun({ ...SIGHT, masks: [before] });
    paint({ ...SIGHT, view, masks });
    expect(equal(fakes.mask.rgba as never, begun({ ...SIGHT, view, masks }).fakes.mask.rgba as never)).toBe(true);
  });

  it("draws only the ring, where it was and where it is, when the brush moves", () => {
    const { paint } = begun({ ...SIGHT, overlay: ring(200) });
    const drawn = paint({ ...SIGHT, overlay: ring(600) });
    expect(drawn).toMatchObject({ picture: [], mask: [] });
    expect(drawn.overlay).toHaveLength(2);
    expect(areaOf(drawn.overlay)).toBeLessThan(2000);
  });

  it("draws only what a stroke adds, and ends with the same bytes as drawn anew", () => {
    const points = fc.array(fc.tuple(fc.integer({ min: -20, max: 920 }), fc.integer({ min: -20, max: 720 })), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(points, fc.boolean(), (places, erase) => {
        const live = liveStroke(rendered(SIZE, [ellipse(box(200, 100, 700, 600))]));
        const { paint, fakes } = begun({ ...SIGHT, masks: [live.pixels] });
        const drawn = stroke(places, { mode: erase ? "erase" : "paint", diameter: 60, softness: 0.4 });
        places.forEach((_, i) => {
          const mask = live.extend({ ...drawn, points: drawn.points.slice(0, i + 1) });
          expect(paint({ ...SIGHT, masks: [live.pixels] }, { mask }).picture).toEqual([]);
        });
        return equal(
          fakes.mask.rgba as unknown as Uint8Array,
          begun({ ...SIGHT, masks: [live.pixels] }).fakes.mask.rgba as unknown as Uint8Array,
        );
      }),
      { numRuns: 12 },
    );
  });

  it("draws what an undo brings back, and ends with the same bytes as drawn anew", () => {
    const before = rendered(SIZE, [ellipse(box(200, 100, 700, 600))]);
    for (const edit of [stroke([[20, 20]]), { kind: "invert" } as const, rectangle(box(300, 0, 900, 700), "erase")]) {
      const { paint, fakes } = begun({ ...SIGHT, masks: [before] });
      paint({ ...SIGHT, masks: [applied(before, edit)] });
      paint({ ...SIGHT, masks: [before] });
      expect(equal(fakes.mask.rgba as never, begun({ ...SIGHT, masks: [before] }).fakes.mask.rgba as never)).toBe(true);
    }
  });

  it("draws a mask that is switched on, and takes it away when it is switched off", () => {
    const masks = [rendered(SIZE, [ellipse(box(200, 100, 700, 600))])];
    const { paint, fakes } = begun();
    paint({ ...SIGHT, masks });
    expect(fakes.mask.rgba.some(Boolean)).toBe(true);
    paint(SIGHT);
    expect(fakes.mask.rgba.some(Boolean)).toBe(false);
  });

  it("draws the place of a preview when it comes, and when it goes", () => {
    const { paint } = begun();
    const preview = { image: IMAGE, box: box(100, 100, 200, 200) };
    const place = [onDevice(SIGHT.view, preview.box, 1)];
    expect(paint({ ...SIGHT, contents: { ...SIGHT.contents, preview } })).toEqual({ ...NOTHING, picture: place });
    expect(paint(SIGHT)).toEqual({ ...NOTHING, picture: place });
  });

  it("draws all of the picture when a candidate is shown in its place", () => {
    const { paint } = begun();
    const candidate = { ...SIGHT.contents, picture: { ...PICTURE } };
    expect(paint({ ...SIGHT, contents: candidate })).toEqual({ ...NOTHING, picture: [everything(SIGHT.view)] });
  });

  it("draws of the sketch only what a stroke adds", () => {
    const live = liveColour(
      sketched(
        emptySketch(SIZE),
        colour([
          [100, 100],
          [300, 300],
        ]),
      ),
    );
    const { paint } = begun({ ...SIGHT, sketch: live.pixels });
    paint({ ...SIGHT, sketch: live.pixels }, { sketch: live.extend(colour([[200, 200]])) });
    const added = live.extend(
      colour([
        [200, 200],
        [220, 200],
      ]),
    );
    const drawn = paint({ ...SIGHT, sketch: live.pixels }, { sketch: added });
    expect(drawn).toEqual({ ...NOTHING, picture: [onDevice(SIGHT.view, added, 1)] });
  });

  it("never draws past what it says: everything is clipped to its box", () => {
    const { paint, fakes } = begun();
    fakes.picture.calls.length = 0;
    paint({ ...SIGHT, contents: { ...SIGHT.contents, preview: { image: IMAGE, box: box(0, 0, 90, 90) } } });
    const names = fakes.picture.calls.map(({ name }) => name);
    expect(names.indexOf("clip")).toBeLessThan(names.indexOf("fillRect"));
    expect(names.filter((name) => name === "save")).toHaveLength(names.filter((name) => name === "restore").length);
  });
});

describe("the overlay", () => {
  it("says on the crop what it is worked on at, and has eight handles when held", () => {
    const overlay = { ...NO_OVERLAY, crop: { box: box(100, 100, 400, 300), label: "×1.7 · 512×384", held: true } };
    const { fakes } = begun({ ...SIGHT, overlay });
    expect(fakes.overlay.calls.find(({ name }) => name === "fillText")?.values[0]).toBe("×1.7 · 512×384");
    expect(fakes.overlay.calls.filter(({ name }) => name === "strokeRect")).toHaveLength(8);
  });

  it("marches: dashes move with the phase", () => {
    const overlay = {
      ...NO_OVERLAY,
      outline: { points: [imagePoint(9, 9), imagePoint(90, 9), imagePoint(50, 80)], closed: true, marching: true },
    };
    const { paint, fakes } = begun({ ...SIGHT, overlay });
    fakes.overlay.calls.length = 0;
    expect(paint({ ...SIGHT, overlay, phase: 3 }).overlay).toHaveLength(1);
    expect(fakes.overlay.calls.filter(({ name }) => name === "lineDashOffset").at(-1)?.values).toEqual([-3]);
  });
});

describe("levels", () => {
  const sizes: Size[] = [];
  const levels = levelsOf(IMAGE, { width: 8000, height: 6000 }, (image, _, to) => (sizes.push(to), image));

  it("halve a large picture until it is small", () => {
    expect(sizes.map(({ width }) => width)).toEqual([4000, 2000, 1000]);
    expect(levelsOf(IMAGE, { width: 800, height: 600 }, () => IMAGE).all).toHaveLength(1);
  });

  it.each([
    [2, 1],
    [1, 1],
    [0.6, 1],
    [0.5, 0.5],
    [0.2, 0.25],
    [0.01, 0.125],
  ])("at a scale of %f serve with one of %f", (scale, level) => expect(levelFor(levels, scale).scale).toBe(level));
});

describe("dirt", () => {
  const boxes = fc.array(
    fc
      .tuple(fc.nat(90), fc.nat(90), fc.nat(20), fc.nat(20))
      .map(([x, y, width, height]): Box => box(x, y, x + width, y + height)),
    { maxLength: 20 },
  );

  it("tidied holds all that it held, in few boxes that do not overlap", () => {
    fc.assert(
      fc.property(boxes, (all) => {
        const tidy = tidied(all);
        expect(tidy.length).toBeLessThanOrEqual(8);
        for (const { left, top, right, bottom } of all.filter(
          (each) => each.right > each.left && each.bottom > each.top,
        ))
          expect(
            tidy.some((each) => each.left <= left && each.top <= top && each.right >= right && each.bottom >= bottom),
          ).toBe(true);
      }),
    );
  });
});
