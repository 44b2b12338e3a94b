/** What must be drawn anew: boxes of device pixels. */

import { box, grown, isEmpty, joined, outward, overlap, sizeOf } from "../boxes";
import { type Viewport, boxOnScreen } from "../viewport";
import type { Box } from "../words";

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
