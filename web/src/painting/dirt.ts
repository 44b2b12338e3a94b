/** What must be drawn anew: boxes of device pixels. */

import { box, grown, isEmpty, joined, outward, overlap, shifted, sizeOf } from "../boxes";
import { type Viewport, boxOnScreen } from "../viewport";
import type { Box } from "../words";

export interface Shift {
  readonly x: number;
  readonly y: number;
}

/** More boxes than this are drawn as one. */
const MOST = 8;

/** The whole canvas. */
export const everything = ({ size, ratio }: Viewport): Box =>
  box(0, 0, Math.ceil(size.width * ratio), Math.ceil(size.height * ratio));

/** A box of the picture as device pixels, with a margin for what is drawn around it, cut to the canvas. */
export function onDevice(view: Viewport, part: Box, margin = 0): Box {
  const { left, top, right, bottom } = boxOnScreen(view, part);
  const { ratio } = view;
  const seen = outward(box(left * ratio, top * ratio, right * ratio, bottom * ratio));
  return isEmpty(part) ? part : overlap(grown(seen, Math.ceil(margin * ratio)), everything(view));
}

/** By how many device pixels all has moved, if it is seen as large as before; null where it is not. */
export function moved(before: Viewport, now: Viewport): Shift | null {
  const same = before.scale === now.scale && before.ratio === now.ratio && before.size.width === now.size.width && before.size.height === now.size.height;
  const by = (one: number, other: number) => Math.round(other * now.ratio) - Math.round(one * now.ratio);
  return same ? { x: by(before.x, now.x), y: by(before.y, now.y) } : null;
}

/** What comes into sight when all that is drawn has moved. */
export function uncovered(view: Viewport, { x, y }: Shift): Box[] {
  const all = everything(view);
  const still = overlap(all, shifted(all, x, y));
  if (isEmpty(still)) return [all];
  const beside = x > 0 ? { ...all, right: still.left } : { ...all, left: still.right };
  const over = y > 0 ? { ...still, top: all.top, bottom: still.top } : { ...still, top: still.bottom, bottom: all.bottom };
  return [beside, over].filter((part) => !isEmpty(part));
}

/** Boxes that overlap made one, empty ones left out. */
export function tidied(boxes: readonly Box[]): Box[] {
  const out: Box[] = [];
  for (const each of boxes.filter((part) => !isEmpty(part))) {
    let whole = each;
    for (
      let i = out.findIndex((other) => worthJoining(whole, other));
      i >= 0;
      i = out.findIndex((other) => worthJoining(whole, other))
    )
      whole = joined(whole, out.splice(i, 1)[0]!);
    out.push(whole);
  }
  return out.length > MOST ? [out.reduce(joined)] : out;
}

/** They overlap, or the box around both is hardly larger than the two. */
const worthJoining = (one: Box, other: Box): boolean =>
  !isEmpty(overlap(one, other)) || area(joined(one, other)) <= 1.2 * (area(one) + area(other));

function area(part: Box): number {
  const { width, height } = sizeOf(part);
  return width * height;
}
