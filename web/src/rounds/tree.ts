/** The tree of rounds as a drawing: columns are generations, a branch goes on in its lane, further branches lie below. */

/** A round, and the one it began from; null for one that began from the picture itself. */
export interface Node {
  readonly id: string;
  readonly parent: string | null;
}

export interface Cell {
  readonly id: string;
  readonly column: number;
  readonly lane: number;
}

/** From one cell to a later one: straight, or down and then straight. */
export interface Edge {
  readonly from: Cell;
  readonly to: Cell;
}

export interface Layout {
  readonly cells: readonly Cell[];
  readonly edges: readonly Edge[];
  readonly columns: number;
  readonly lanes: number;
}

/**
 * Where every round lies. `root` stands in column 0; rounds come in the order they were made, which is their order downwards.
 *
 * A round whose parent is not among them (it lies in the bin) begins from the root.
 */
export function laidOut(root: string, rounds: readonly Node[]): Layout {
  const children = childrenOf(root, rounds);
  const cells = new Map<string, Cell>();
  const edges: Edge[] = [];
  const lowest: number[] = [];
  const open: { id: string; parent: Cell | null; first: boolean }[] = [{ id: root, parent: null, first: true }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { id, parent, first } = next;
    const column = parent ? parent.column + 1 : 0;
    const lane = !parent ? 0 : first ? parent.lane : Math.max(...lowest.slice(column)) + 1;
    const cell = { id, column, lane };
    cells.set(id, cell);
    lowest[column] = lane;
    if (parent) edges.push({ from: parent, to: cell });
    const under = children.get(id) ?? [];
    open.push(...under.map((child, i) => ({ id: child, parent: cell, first: i === 0 })).reverse());
  }
  const all = [...cells.values()];
  return { cells: all, edges, columns: lowest.length, lanes: Math.max(...all.map(({ lane }) => lane)) + 1 };
}

function childrenOf(root: string, rounds: readonly Node[]): Map<string, string[]> {
  const known = new Set(rounds.map(({ id }) => id));
  const children = new Map<string, string[]>();
  for (const { id, parent } of rounds) {
    const at = parent !== null && known.has(parent) ? parent : root;
    children.set(at, [...(children.get(at) ?? []), id]);
  }
  return children;
}

/** From the root to a round: what led to it. */
export function pathTo({ cells, edges }: Layout, id: string): readonly Cell[] {
  const before = new Map(edges.map(({ from, to }) => [to.id, from]));
  const path: Cell[] = [];
  for (let cell = cells.find((each) => each.id === id); cell; cell = before.get(cell.id)) path.unshift(cell);
  return path;
}

/** A part of the drawing. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The cells and edges that can be seen, and one pitch around them: of hundreds of rounds only these are drawn. */
export function seenOf({ cells, edges }: Layout, pitch: Pitch, { left, top, width, height }: Window): Pick<Layout, "cells" | "edges"> {
  const columns = [Math.floor(left / pitch.column) - 1, Math.ceil((left + width) / pitch.column) + 1] as const;
  const lanes = [Math.floor(top / pitch.lane) - 1, Math.ceil((top + height) / pitch.lane) + 1] as const;
  const inside = ({ column, lane }: Cell) => column >= columns[0] && column <= columns[1] && lane >= lanes[0] && lane <= lanes[1];
  const crosses = ({ from, to }: Edge) =>
    to.column >= columns[0] && from.column <= columns[1] && to.lane >= lanes[0] && from.lane <= lanes[1];
  return { cells: cells.filter(inside), edges: edges.filter(crosses) };
}

/** Where to scroll, along one direction, so that what lies from `start` for `length` is seen; where it is, if it is. */
export function scrolledTo(start: number, length: number, at: number, room: number): number {
  if (start < at) return start;
  return start + length > at + room ? start + length - room : at;
}

/** Sizes of the drawing, in whatever unit it is drawn in. */
export interface Pitch {
  readonly column: number;
  readonly lane: number;
  readonly thumbnail: number;
}

export const placeOf = ({ column, lane }: Cell, pitch: Pitch): { readonly x: number; readonly y: number } => ({
  x: column * pitch.column,
  y: lane * pitch.lane,
});

/** An edge as an SVG path, from the right side of one thumbnail to the left side of the other. */
export function edgePath({ from, to }: Edge, pitch: Pitch): string {
  const start = placeOf(from, pitch);
  const end = placeOf(to, pitch);
  const half = pitch.thumbnail / 2;
  const turn = (start.x + pitch.thumbnail + end.x) / 2;
  const straight = `M${start.x + pitch.thumbnail} ${start.y + half}H`;
  return from.lane === to.lane ? `${straight}${end.x}` : `${straight}${turn}V${end.y + half}H${end.x}`;
}

/** The cell that an arrow key leads to; the same one where there is none. */
export function neighbour({ cells, edges }: Layout, id: string, key: "left" | "right" | "up" | "down"): string {
  const here = cells.find((cell) => cell.id === id);
  if (!here) return id;
  if (key === "left") return edges.find(({ to }) => to.id === id)?.from.id ?? id;
  if (key === "right") return edges.find(({ from }) => from.id === id)?.to.id ?? id;
  const column = cells.filter((cell) => cell.column === here.column).sort((one, other) => one.lane - other.lane);
  return column[column.indexOf(here) + (key === "up" ? -1 : 1)]?.id ?? id;
}
