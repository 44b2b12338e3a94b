import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { box, whole } from "./boxes";
import { applied, pixelsEdit, rendered } from "./mask";
import { liveStroke } from "./mask/live";
import { boundsOf, greyOf, united, valuesOf } from "./mask/measures";
import { packed, unpacked } from "./mask/runs";
import {
  SIZE,
  area,
  at,
  coverAt,
  ellipse,
  ellipseEdit,
  equal,
  pressedStrokes,
  rectangle,
  same,
  sameOutside,
  short,
  stroke,
  strokes,
  values,
} from "./mask/testing";
import { emptyMask, read } from "./mask/tiles";
import { type MaskEdit, imagePoint } from "./words";

describe("a stroke", () => {
  it("that is a dot is a disc of its diameter", () => {
    const dot = rendered(SIZE, [stroke([[100.5, 100.5]], { diameter: 60 })]);
    expect(area(dot) / (Math.PI * 30 * 30)).toBeCloseTo(1, 2);
    expect(boundsOf(dot)).toEqual(box(70, 70, 131, 131));
  });

  it("has the area of a line with round ends", () => {
    const line = rendered(SIZE, [
      stroke(
        [
          [100, 200],
          [300, 260],
        ],
        { diameter: 24 },
      ),
    ]);
    expect(area(line) / (24 * Math.hypot(200, 60) + Math.PI * 144)).toBeCloseTo(1, 2);
  });

  it("is the same seen along and across", () => {
    for (const softness of [0, 0.3, 1]) {
      const dot = rendered(SIZE, [stroke([[100.5, 100.5]], { diameter: 80, softness })]);
      expect(equal(read(dot, box(50, 100, 151, 101)), read(dot, box(100, 50, 101, 151)))).toBe(true);
      expect(equal(read(dot, box(50, 70, 151, 71)), read(dot, box(70, 50, 71, 151)))).toBe(true);
    }
  });

  it("is as thick as it is pressed", () => {
    const line = rendered(SIZE, [
      stroke(
        [
          [100, 100, 0.25],
          [500, 100, 1],
        ],
        { diameter: 80 },
      ),
    ]);
    const thickness = (x: number) => read(line, box(x, 0, x + 1, 300)).reduce((sum, value) => sum + value, 0) / 255;
    expect(thickness(110)).toBeLessThan(30);
    expect(thickness(300) / 50).toBeCloseTo(1, 1);
    expect(thickness(490)).toBeGreaterThan(70);
  });

  it("fades from its middle when soft, and has one pixel of edge when hard", () => {
    const soft = rendered(SIZE, [stroke([[100.5, 100.5]], { diameter: 80, softness: 1 })]);
    const along = Array.from(read(soft, box(100, 100, 142, 101)));
    expect(along[0]).toBe(255);
    expect(along).toEqual([...along].sort((one, other) => other - one));
    expect(new Set(along).size).toBeGreaterThan(30);
    const hard = rendered(SIZE, [stroke([[100.5, 100.5]], { diameter: 80 })]);
    const between = Array.from(read(hard, box(100, 100, 142, 101))).filter((value) => value > 0 && value < 255);
    expect(between.length).toBeLessThanOrEqual(1);
  });

  it("has the same bytes drawn point by point as drawn at once, however it is pressed", () => {
    fc.assert(
      fc.property(fc.oneof(strokes, pressedStrokes), ellipseEdit(), (drawn, under) => {
        const base = rendered(SIZE, [under]);
        const live = liveStroke(base);
        drawn.points.forEach((_, i) => live.extend({ ...drawn, points: drawn.points.slice(0, i + 1) }));
        return same(live.pixels, applied(base, drawn));
      }),
      { numRuns: 20 },
    );
  });

  it("covers each pixel as its distance from the nearest piece says", () => {
    fc.assert(
      fc.property(fc.oneof(strokes, pressedStrokes.map(short)), (drawn) => {
        const covered = values(rendered(SIZE, [{ ...drawn, mode: "paint" }]));
        const place = (i: number) => [(i % SIZE.width) + 0.5, Math.floor(i / SIZE.width) + 0.5] as const;
        return covered.every((value, i) => i % 11 > 0 || Math.abs(value - coverAt(drawn, ...place(i))) <= 1);
      }),
      { numRuns: 10 },
    );
  });

  it("fades from a table as it does without", () => {
    for (const softness of [0, 0.1, 1]) {
      const wide = stroke([[300.2, 280.7], [330, 270]], { diameter: 400, softness });
      const row = read(rendered(SIZE, [wide]), box(0, 300, SIZE.width, 301));
      expect(row.every((value, x) => Math.abs(value - coverAt(wide, x + 0.5, 300.5)) <= 1)).toBe(true);
    }
  });

  it("paints no more of a large brush than lies ahead", () => {
    const live = liveStroke(emptyMask(SIZE));
    const drawn = stroke([[300, 280], [310, 280], [320, 280]], { diameter: 200 });
    drawn.points.forEach((_, i) => {
      const dirty = live.extend({ ...drawn, points: drawn.points.slice(0, i + 1) });
      if (i) expect(dirty.left).toBeGreaterThanOrEqual(drawn.points[i - 1]!.x - 1);
    });
  });

  it("changes nothing outside the box it tells, point for point", () => {
    fc.assert(
      fc.property(strokes, (drawn) => {
        const base = rendered(SIZE, [ellipse(box(100, 100, 500, 500))]);
        const live = liveStroke(base);
        let before = values(base);
        return drawn.points.every((_, i) => {
          const dirty = live.extend({ ...drawn, points: drawn.points.slice(0, i + 1) });
          const after = values(live.pixels);
          const untouched = sameOutside(before, after, SIZE.width, dirty);
          before = after;
          return untouched;
        });
      }),
      { numRuns: 10 },
    );
  });

  it("is cut off at the picture's edge", () => {
    const past = rendered(SIZE, [
      stroke(
        [
          [-80, -40],
          [SIZE.width + 90, SIZE.height + 40],
        ],
        { diameter: 50 },
      ),
    ]);
    expect(at(past, 0, 18)).toBeGreaterThan(0);
    expect(boundsOf(past)).toEqual(whole(SIZE));
    expect(emptyMask(SIZE).tiles.size).toBe(0);
    expect(applied(emptyMask(SIZE), stroke([[-100, -100]])).tiles.size).toBe(0);
  });

  it("leaves the mask before it as it was, and shares the tiles it does not touch", () => {
    const before = rendered(SIZE, [rectangle(whole(SIZE))]);
    const bytes = values(before).slice();
    const after = applied(before, stroke([[20, 20]], { mode: "erase" }));
    expect(equal(values(before), bytes)).toBe(true);
    expect([...after.tiles].filter(([key, tile]) => before.tiles.get(key) !== tile).map(([key]) => key)).toEqual([0]);
  });
});

describe("shapes", () => {
  it("have exact areas", () => {
    expect(area(rendered(SIZE, [rectangle(box(10, 20, 61, 51))]))).toBeCloseTo(51 * 31, 6);
    expect(area(rendered(SIZE, [ellipse(box(10, 20, 310, 220))])) / (Math.PI * 150 * 100)).toBeCloseTo(1, 2);
    const [a, b, c] = [imagePoint(100.3, 50.1), imagePoint(400.7, 90.2), imagePoint(220.4, 500.9)] as const;
    const triangle: MaskEdit = { kind: "polygon", mode: "paint", points: [a, b, c] };
    const exact = Math.abs((b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y)) / 2;
    expect(Math.abs(area(rendered(SIZE, [triangle])) - exact) / exact).toBeLessThan(1e-3);
  });

  it("stay covered where an outline crosses itself the same way round", () => {
    const twice = [0, 1].flatMap(() => [
      imagePoint(100, 100),
      imagePoint(200, 100),
      imagePoint(200, 200),
      imagePoint(100, 200),
    ]);
    expect(at(rendered(SIZE, [{ kind: "polygon", mode: "paint", points: twice }]), 150, 150)).toBe(255);
  });

  it("look the same where only part of them lies on the picture", () => {
    const small = { width: 200, height: 200 };
    const part = box(-100, -100, 150, 170);
    const cut = values(rendered(small, [ellipse(part)]));
    const moved = rendered({ width: 600, height: 600 }, [ellipse(box(100, 100, 350, 370))]);
    expect(equal(cut, read(moved, box(200, 200, 400, 400)))).toBe(true);
  });

  it("take away what they cover when they erase", () => {
    const edits = [rectangle(box(100, 100, 300, 300)), rectangle(box(150, 150, 250, 250), "erase")];
    expect(area(rendered(SIZE, edits))).toBeCloseTo(200 * 200 - 100 * 100, 6);
  });
});

describe("ready values", () => {
  it("come back as they were packed", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(255), fc.integer({ min: 1, max: 400 }))), (runs) => {
        const bytes = Uint8Array.from(runs.flatMap(([value, length]) => Array<number>(length).fill(value)));
        return equal(unpacked(packed(bytes)), bytes);
      }),
    );
  });

  it("of a mask saved as a grey picture make the same mask again", () => {
    const mask = rendered(SIZE, [
      stroke(
        [
          [100, 100],
          [520, 530],
        ],
        { softness: 0.8, diameter: 70 },
      ),
    ]);
    const loaded = rendered(SIZE, [pixelsEdit(whole(SIZE), valuesOf(greyOf(mask)))]);
    expect(same(loaded, mask)).toBe(true);
  });
});

describe("several masks", () => {
  it("are one where the greatest value counts, inverted ones too", () => {
    const edits: MaskEdit[][] = [
      [ellipse(box(50, 50, 250, 250))],
      [
        stroke(
          [
            [0, 0],
            [600, 520],
          ],
          { softness: 1, diameter: 60 },
        ),
      ],
      [rectangle(box(0, 0, 600, 550)), { kind: "invert" }],
    ];
    const masks = edits.map((each) => rendered(SIZE, each));
    const [first, ...others] = masks.map(values) as [Uint8Array, ...Uint8Array[]];
    const expected = first.map((value, i) => Math.max(value, ...others.map((other) => other[i]!)));
    expect(equal(values(united(SIZE, masks)), expected)).toBe(true);
  });
});
