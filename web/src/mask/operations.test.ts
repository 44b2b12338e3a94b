import { describe, expect, it } from "vitest";

import { box, sameBox, whole } from "../boxes";
import { applied, pixelsEdit, rendered } from "../mask";
import { type MaskEdit, type Samples, imagePoint } from "../words";
import { boundsOf } from "./measures";
import { evenSigma } from "./blur";
import { softened } from "./operations";
import { SIZE, area, at, ellipse, equal, rectangle, same, stroke, values } from "./testing";
import { emptyMask, read } from "./tiles";

describe("fill by colour", () => {
  const picture: Samples = { size: { width: 60, height: 40 }, rgba: new Uint8ClampedArray(60 * 40 * 4).fill(255) };
  for (let y = 0; y < 40; y++) for (const x of [20, 40]) picture.rgba.fill(10, (y * 60 + x) * 4, (y * 60 + x) * 4 + 3);
  picture.rgba.fill(10, (5 * 60 + 7) * 4, (5 * 60 + 7) * 4 + 3);
  const flood = (tolerance: number, contiguous: boolean): MaskEdit => ({
    kind: "flood",
    mode: "paint",
    at: imagePoint(2, 3),
    tolerance,
    contiguous,
  });
  const count = (edit: MaskEdit) => area(rendered(picture.size, [edit], picture));

  it("stops where the colour changes", () => expect(count(flood(20, true))).toBeCloseTo(20 * 40 - 1));
  it("finds the colour everywhere when asked to", () =>
    expect(count(flood(20, false))).toBeCloseTo(60 * 40 - 2 * 40 - 1));
  it("takes all within the tolerance", () => expect(count(flood(245, true))).toBeCloseTo(60 * 40));

  it("reaches round corners", () => {
    const rows = ["..#....", ".##.##.", "....#..", "###.#.#", "......."];
    const maze: Samples = { size: { width: 7, height: 5 }, rgba: new Uint8ClampedArray(7 * 5 * 4) };
    rows.forEach((row, y) =>
      [...row].forEach((mark, x) => maze.rgba.fill(mark === "#" ? 0 : 200, (y * 7 + x) * 4, (y * 7 + x) * 4 + 4)),
    );
    const filled = rendered(maze.size, [{ ...flood(0, true), at: imagePoint(0, 0) } as MaskEdit], maze);
    expect(area(filled)).toBeCloseTo(rows.join("").replaceAll("#", "").length);
  });
});

describe("operations", () => {
  const blob = [
    ellipse(box(100, 100, 300, 260)),
    stroke(
      [
        [300, 300],
        [420, 480],
      ],
      { diameter: 40, softness: 0.7 },
    ),
  ];

  it("invert twice is nothing at all", () => {
    const mask = rendered(SIZE, blob);
    expect(same(rendered(SIZE, [...blob, { kind: "invert" }, { kind: "invert" }]), mask)).toBe(true);
    expect(area(rendered(SIZE, [...blob, { kind: "invert" }])) + area(mask)).toBeCloseTo(SIZE.width * SIZE.height, 3);
  });

  it.each([1, 2, 5, 16, 64])("grow by %i reaches so far straight, and as far slanting", (by) => {
    const dot = rendered(SIZE, [rectangle(box(300, 250, 301, 251)), { kind: "grow", pixels: by }]);
    expect(sameBox(boundsOf(dot), box(300 - by, 250 - by, 301 + by, 251 + by))).toBe(true);
    let slanting = 0;
    while (at(dot, 300 + slanting + 1, 250 + slanting + 1)) slanting++;
    if (by >= 5) expect((slanting * Math.SQRT2) / by).toBeCloseTo(1, 0.5);
  });

  it("grow has every value that the octagon holds, as a plain search finds it", () => {
    const small = { width: 40, height: 30 };
    const noise = Uint8Array.from({ length: 1200 }, (_, i) => ((i * 7919) % 101 < 3 ? (i * 31) % 256 : 0));
    const mask = rendered(small, [pixelsEdit(whole(small), noise)]);
    const grown = values(applied(mask, { kind: "grow", pixels: 8 }));
    expect(
      equal(
        grown,
        Uint8Array.from(noise, (_, i) => searched(noise, 40, i, 4, 2)),
      ),
    ).toBe(true);
  });

  it("shrink undoes grow on what is broad, and leaves the picture's edge alone", () => {
    const mask = rendered(SIZE, [rectangle(box(0, 100, 300, 300))]);
    const back = rendered(SIZE, [
      rectangle(box(0, 100, 300, 300)),
      { kind: "grow", pixels: 9 },
      { kind: "shrink", pixels: 9 },
    ]);
    expect(same(mask, back)).toBe(true);
    expect(boundsOf(applied(mask, { kind: "shrink", pixels: 10 }))).toEqual(box(0, 110, 290, 290));
  });

  it("softened keeps all that is drawn and fades outside of it, to nothing at two and a half sigma", () => {
    const drawn = rendered(SIZE, [rectangle(box(250, 100, 350, 450))]);
    const row = read(softened(drawn, evenSigma(8)), box(250, 300, 400, 301));
    expect(row.slice(0, 100).every((value) => value === 255)).toBe(true);
    for (let x = 101; x < 150; x++) expect(row[x]).toBeLessThanOrEqual(row[x - 1]!);
    expect(row[105]).toBeGreaterThan(60);
    expect(row[121]).toBe(0);
    expect(read(softened(drawn, evenSigma(8), true), box(349, 300, 351, 301)).map((value) => Math.abs(value - 128))).toSatisfy(
      (off: Uint8Array) => off.every((value) => value < 12),
    );
  });

  it("softened by one sigma across and another down fades so, and ends where the server's does", () => {
    const soft = softened(rendered(SIZE, [rectangle(box(250, 100, 350, 450))]), { x: 4, y: 16 });
    expect(boundsOf(soft)).toEqual(box(240, 60, 360, 490));
    expect(at(soft, 352, 275)).toBeGreaterThan(0);
    expect(at(soft, 300, 470)).toBeGreaterThan(0);
    const flat = softened(rendered(SIZE, [rectangle(box(250, 100, 350, 450))]), { x: 0, y: 16 });
    expect(boundsOf(flat)).toEqual(box(250, 60, 350, 490));
  });

  it("feather spreads a mask without adding to it, by its sigma", () => {
    const mask = rendered(SIZE, [rectangle(box(200, 0, 201, 560)), { kind: "feather", pixels: 0 }]);
    const soft = applied(rendered(SIZE, [rectangle(box(250, 100, 350, 450))]), { kind: "feather", pixels: 12 });
    expect(area(soft) / (100 * 350)).toBeCloseTo(1, 2);
    expect(at(mask, 200, 100)).toBe(255);
    const edge = Array.from(read(soft, box(200, 275, 300, 276))).map(
      (value, i, row) => (value - (row[i - 1] ?? 0)) / 255,
    );
    const middle = edge.reduce((sum, weight, i) => sum + weight * i, 0);
    const variance = edge.reduce((sum, weight, i) => sum + weight * (i - middle) ** 2, 0);
    expect(Math.sqrt(variance) / 12).toBeCloseTo(1, 1);
    expect(at(soft, 300, 275)).toBe(255);
  });

  it("fill holes fills a ring and leaves a bay", () => {
    const ring = [ellipse(box(100, 100, 300, 300)), ellipse(box(150, 150, 250, 250), "erase")];
    const filled = rendered(SIZE, [...ring, { kind: "fill holes" }]);
    expect(at(filled, 200, 200)).toBe(255);
    const bay = [...ring, rectangle(box(195, 90, 205, 200), "erase"), { kind: "fill holes" } as const];
    expect(at(rendered(SIZE, bay), 200, 200)).toBe(0);
    expect(at(filled, 20, 20)).toBe(0);
  });

  it("fill holes knows holes in a mask that was inverted", () => {
    const edits: MaskEdit[] = [
      rectangle(box(0, 0, 50, 50)),
      rectangle(box(200, 200, 300, 300)),
      { kind: "invert" },
      { kind: "fill holes" },
    ];
    const filled = rendered(SIZE, edits);
    expect(at(filled, 250, 250)).toBe(255);
    expect(at(filled, 20, 20)).toBe(0);
  });

  it("clear leaves nothing, and stores nothing", () => {
    const mask = rendered(SIZE, [...blob, { kind: "invert" }, { kind: "clear" }]);
    expect(mask).toEqual(emptyMask(SIZE));
  });

  it("mask from alpha paints what is transparent", () => {
    const picture: Samples = { size: SIZE, rgba: new Uint8ClampedArray(SIZE.width * SIZE.height * 4).fill(255) };
    picture.rgba[(33 * SIZE.width + 44) * 4 + 3] = 55;
    const mask = rendered(SIZE, [{ kind: "alpha" }], picture);
    expect(at(mask, 44, 33)).toBe(200);
    expect(boundsOf(mask)).toEqual(box(44, 33, 45, 34));
  });

  it("work around what was touched, and store no tile that holds nothing", () => {
    const large = { width: 8000, height: 6000 };
    const grown = rendered(large, [rectangle(box(600, 600, 700, 700)), { kind: "grow", pixels: 3 }]);
    expect(grown.tiles.size).toBe(1);
  });
});

/** The greatest value of an octagon that is the sum of a square and a lozenge of diagonals, found by looking everywhere. */
function searched(noise: Uint8Array, width: number, i: number, straight: number, slanting: number): number {
  const [x, y] = [i % width, Math.floor(i / width)];
  let most = 0;
  for (let d = -slanting; d <= slanting; d++)
    for (let e = -slanting; e <= slanting; e++)
      for (let sx = -straight; sx <= straight; sx++)
        for (let sy = -straight; sy <= straight; sy++) {
          const [px, py] = [x + sx + d + e, y + sy + d - e];
          if (px >= 0 && px < width && py >= 0 && py < noise.length / width)
            most = Math.max(most, noise[py * width + px]!);
        }
  return most;
}
