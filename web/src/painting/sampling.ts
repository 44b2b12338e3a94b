/** Mask values as they fall on the device's pixels, at any zoom. */

import { SIDE, type MaskPixels, columnsOf } from "../mask/tiles";
import type { Viewport } from "../viewport";
import type { Box } from "../words";

/** Looked at in each direction where many pixels of the picture fall on one of the device; the greatest value counts. */
const LOOKS = 4;

/** Places in `places` that lie in one column of tiles. */
interface Run {
  readonly column: number;
  readonly from: number;
  readonly to: number;
}

/** One value for each device pixel of the box, row by row: the greatest of all masks; 0 past the picture's edge. */
export function sampled(masks: readonly MaskPixels[], view: Viewport, part: Box): Uint8Array {
  const values = new Uint8Array((part.right - part.left) * (part.bottom - part.top));
  for (const pixels of masks) sample(values, pixels, view, part);
  return values;
}

function sample(values: Uint8Array, { size, tiles, ground }: MaskPixels, view: Viewport, part: Box): void {
  const scale = view.scale * view.ratio;
  const looks = Math.min(LOOKS, Math.max(1, Math.ceil(1 / scale)));
  // From whole device pixels, as the picture is drawn: so the mask lies on its pixels exactly.
  const across = places(part.left, part.right, Math.round(view.x * view.ratio), scale, looks, size.width);
  const down = places(part.top, part.bottom, Math.round(view.y * view.ratio), scale, looks, size.height);
  const runs = runsOf(across);
  const width = part.right - part.left;
  for (let look = 0; look < down.length; look++) {
    const y = down[look]!;
    if (y < 0) continue;
    const start = Math.floor(look / looks) * width;
    const row = Math.floor(y / SIDE) * columnsOf(size);
    for (const { column, from, to } of runs) {
      const tile = tiles.get(row + column);
      if (tile) greater(values, start, tile, (y % SIDE) * SIDE - column * SIDE, across, from, to, looks);
      else if (ground) values.fill(ground, start + Math.floor(from / looks), start + Math.ceil(to / looks));
    }
  }
}

/** Looks at a row of a tile, for those device pixels that have not the greatest value yet. */
function greater(
  values: Uint8Array,
  start: number,
  tile: Uint8Array,
  offset: number,
  across: Int32Array,
  from: number,
  to: number,
  looks: number,
): void {
  for (let look = from, at = start + Math.floor(from / looks); look < to; at++) {
    const next = Math.min(to, (at - start + 1) * looks);
    let most = values[at]!;
    for (; most < 255 && look < next; look++) {
      const value = tile[offset + across[look]!]!;
      if (value > most) most = value;
    }
    values[at] = most;
    look = next;
  }
}

/** The picture's pixel under each look at each device pixel; −1 past its edge. */
function places(from: number, to: number, origin: number, scale: number, looks: number, limit: number): Int32Array {
  const found = new Int32Array((to - from) * looks);
  for (let look = 0; look < found.length; look++) {
    const at = Math.floor((from + (look + 0.5) / looks - origin) / scale);
    found[look] = at >= 0 && at < limit ? at : -1;
  }
  return found;
}

function runsOf(across: Int32Array): Run[] {
  const runs: Run[] = [];
  for (let from = 0; from < across.length;) {
    const column = Math.floor(across[from]! / SIDE);
    let to = from + 1;
    while (to < across.length && Math.floor(across[to]! / SIDE) === column) to++;
    if (column >= 0) runs.push({ column, from, to });
    from = to;
  }
  return runs;
}
