/** The eight handles of a box, and its inside: finding the one under a pointer, and dragging it. */

import { box, contains, grown } from "../boxes";
import type { Box, ImagePoint } from "../words";

/** Which sides move: −1 left or top, 1 right or bottom, 0 neither. */
interface Pull {
  readonly x: -1 | 0 | 1;
  readonly y: -1 | 0 | 1;
  readonly cursor: string;
}

export const HANDLES = {
  "top left": { x: -1, y: -1, cursor: "nwse-resize" },
  "top right": { x: 1, y: -1, cursor: "nesw-resize" },
  "bottom left": { x: -1, y: 1, cursor: "nesw-resize" },
  "bottom right": { x: 1, y: 1, cursor: "nwse-resize" },
  top: { x: 0, y: -1, cursor: "ns-resize" },
  bottom: { x: 0, y: 1, cursor: "ns-resize" },
  left: { x: -1, y: 0, cursor: "ew-resize" },
  right: { x: 1, y: 0, cursor: "ew-resize" },
  inside: { x: 0, y: 0, cursor: "move" },
} as const satisfies Record<string, Pull>;

export type Handle = keyof typeof HANDLES;

/** How near a pointer must come to a handle: CSS pixels. */
const NEAR = 12;

/** The handle under a point, corners before edges before the inside. */
export function handleAt(of: Box, at: ImagePoint, scale: number): Handle | null {
  const near = NEAR / scale;
  if (!contains(grown(of, near), at)) return null;
  // On a box too small for both, the far side wins: it is what makes the box larger again.
  const x = Math.abs(at.x - of.right) < near ? 1 : Math.abs(at.x - of.left) < near ? -1 : 0;
  const y = Math.abs(at.y - of.bottom) < near ? 1 : Math.abs(at.y - of.top) < near ? -1 : 0;
  return (Object.keys(HANDLES) as Handle[]).find((key) => HANDLES[key].x === x && HANDLES[key].y === y) ?? null;
}

/** The box with a handle dragged so far; a side stops one pixel before the one across. */
export function draggedBy(start: Box, handle: Handle, x: number, y: number): Box {
  if (handle === "inside") return box(start.left + x, start.top + y, start.right + x, start.bottom + y);
  const pull = HANDLES[handle];
  return {
    left: pull.x < 0 ? Math.min(start.left + x, start.right - 1) : start.left,
    top: pull.y < 0 ? Math.min(start.top + y, start.bottom - 1) : start.top,
    right: pull.x > 0 ? Math.max(start.right + x, start.left + 1) : start.right,
    bottom: pull.y > 0 ? Math.max(start.bottom + y, start.top + 1) : start.bottom,
  };
}

/** Where each handle but the inside is drawn. */
export function handlePlaces({ left, top, right, bottom }: Box): { x: number; y: number }[] {
  const along = (pull: -1 | 0 | 1, from: number, to: number) => (pull < 0 ? from : pull > 0 ? to : (from + to) / 2);
  return Object.values(HANDLES)
    .filter(({ x, y }) => x || y)
    .map(({ x, y }) => ({ x: along(x, left, right), y: along(y, top, bottom) }));
}
