import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { type Layout, type Node, edgePath, laidOut, neighbour, pathTo, placeOf, scrolledTo, seenOf } from "./tree";

const drawn = ({ cells }: Layout) => Object.fromEntries(cells.map(({ id, column, lane }) => [id, `${column},${lane}`]));

const nodes = (...pairs: readonly (readonly [string, string | null])[]): Node[] =>
  pairs.map(([id, parent]) => ({ id, parent }));

const trees = fc
  .array(fc.nat(1000), { maxLength: 60 })
  .map((picks): Node[] =>
    picks.map((pick, i) => ({ id: `${i}`, parent: pick % (i + 1) === i ? null : `${pick % (i + 1)}` })),
  );

const SKETCH = nodes(["a", null], ["b", "a"], ["now", "b"], ["other", "b"], ["start", null]);

describe("the tree of rounds", () => {
  it("goes on in its lane, and branches below", () => {
    expect(drawn(laidOut("picture", SKETCH))).toEqual({
      picture: "0,0",
      a: "1,0",
      b: "2,0",
      now: "3,0",
      other: "3,1",
      start: "1,2",
    });
  });

  it("is one cell before the first round", () => {
    expect(laidOut("picture", [])).toMatchObject({ columns: 1, lanes: 1, edges: [] });
  });

  it("hangs a round whose parent is gone on the root", () => {
    expect(drawn(laidOut("picture", nodes(["a", "gone"])))).toEqual({ picture: "0,0", a: "1,0" });
  });

  it("has a cell of its own for every round, right of its parent", () => {
    fc.assert(
      fc.property(trees, (rounds) => {
        const { cells, edges, columns, lanes } = laidOut("root", rounds);
        expect(new Set(cells.map(({ column, lane }) => `${column},${lane}`)).size).toBe(rounds.length + 1);
        expect(edges).toHaveLength(rounds.length);
        for (const { from, to } of edges) expect(to.column).toBe(from.column + 1);
        for (const { column, lane } of cells) expect(column < columns && lane < lanes).toBe(true);
      }),
    );
  });

  it("never has a line run through another's lane on its way down", () => {
    fc.assert(
      fc.property(trees, (rounds) => {
        const { edges } = laidOut("root", rounds);
        for (const { from, to } of edges)
          for (const other of edges) {
            const beside = other.from.column === from.column && other.from.id !== from.id;
            if (beside) expect(other.to.lane > from.lane && other.to.lane < to.lane).toBe(false);
          }
      }),
    );
  });

  it("holds long sittings", () => {
    const chain = Array.from({ length: 5000 }, (_, i): Node => ({ id: `${i}`, parent: i ? `${i - 1}` : null }));
    expect(laidOut("root", chain)).toMatchObject({ columns: 5001, lanes: 1 });
  });

  it("knows what led to a round", () => {
    expect(pathTo(laidOut("picture", SKETCH), "other").map(({ id }) => id)).toEqual(["picture", "a", "b", "other"]);
  });

  it("draws a line straight, or down and then straight", () => {
    const pitch = { column: 60, lane: 50, thumbnail: 40 };
    const { edges } = laidOut("picture", SKETCH);
    const paths = edges.filter(({ from }) => from.id === "b").map((edge) => edgePath(edge, pitch));
    expect(paths).toEqual(["M160 20H180", "M160 20H170V70H180"]);
  });

  it("is walked with arrow keys", () => {
    const layout = laidOut("picture", SKETCH);
    expect(neighbour(layout, "b", "left")).toBe("a");
    expect(neighbour(layout, "b", "right")).toBe("now");
    expect(neighbour(layout, "now", "down")).toBe("other");
    expect(neighbour(layout, "other", "up")).toBe("now");
    expect(neighbour(layout, "picture", "left")).toBe("picture");
  });

  it("is drawn only as far as it is seen, with all that is seen", () => {
    const pitch = { column: 60, lane: 48, thumbnail: 40 };
    fc.assert(
      fc.property(trees, fc.nat(2000), fc.nat(800), (rounds, left, top) => {
        const layout = laidOut("picture", rounds);
        const seen = new Set(seenOf(layout, pitch, { left, top, width: 300, height: 100 }).cells.map(({ id }) => id));
        for (const cell of layout.cells) {
          const { x, y } = placeOf(cell, pitch);
          const inside = x + 40 > left && x < left + 300 && y + 40 > top && y < top + 100;
          if (inside) expect(seen).toContain(cell.id);
        }
        expect(seen.size).toBeLessThanOrEqual(10 * 7);
      }),
    );
  });

  it("keeps an edge whose ends are both out of sight", () => {
    const far = nodes(...Array.from({ length: 20 }, (_, i) => [`${i}`, null] as const));
    const { edges } = seenOf(laidOut("picture", far), { column: 60, lane: 48, thumbnail: 40 }, { left: 0, top: 400, width: 90, height: 40 });
    expect(edges.some(({ to }) => to.lane === 19)).toBe(true);
  });

  it("is scrolled only where something is out of sight, and no further than to show it", () => {
    expect(scrolledTo(50, 20, 0, 100)).toBe(0);
    expect(scrolledTo(150, 20, 0, 100)).toBe(70);
    expect(scrolledTo(10, 20, 60, 100)).toBe(10);
  });
});
