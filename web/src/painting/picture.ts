/** The picture with all that lies in it: what it is grown by, the sketch, a preview in its place. */

import { box, extended, grown, isEmpty, outward, overlap, whole } from "../boxes";
import type { Viewport } from "../viewport";
import type { Box, Sides } from "../words";
import { type Levels, levelFor } from "./levels";
import type { Sheets } from "./sheets";
import type { Theme } from "./theme";

/** From so many device pixels for each pixel of the picture on, pixels are shown as squares. */
const SQUARES = 8;

/** Side of a square behind what is transparent, CSS pixels. */
const CHEQUER = 8;

/**
 * picture      or a candidate, shown in its place
 * transparent  whether it may be seen through
 * preview      an image of a part of the picture
 */
export interface Contents {
  readonly picture: Levels | null;
  readonly transparent: boolean;
  readonly extend: Sides;
  readonly preview: { readonly image: CanvasImageSource; readonly box: Box } | null;
}

/** Draws the device pixels of a box anew. */
export function drawPicture(
  context: CanvasRenderingContext2D,
  view: Viewport,
  contents: Contents,
  sketch: Sheets,
  theme: Theme,
  part: Box,
): void {
  if (isEmpty(part)) return;
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.beginPath();
  context.rect(part.left, part.top, part.right - part.left, part.bottom - part.top);
  context.clip();
  fill(context, part, theme.ground);
  if (contents.picture) {
    const edge = deviceBox(view, whole(contents.picture.size));
    fill(context, deviceBox(view, extended(whole(contents.picture.size), contents.extend)), theme.beyond);
    if (contents.transparent) drawChequer(context, view, overlap(edge, part), edge, theme);
    drawLevel(context, view, contents.picture, part);
  }
  const scale = view.scale * view.ratio;
  context.imageSmoothingEnabled = scale < SQUARES;
  for (const { image, at } of sketch) draw(context, image, deviceBox(view, at));
  if (contents.preview) draw(context, contents.preview.image, deviceBox(view, contents.preview.box));
  context.restore();
}

/** In whole device pixels, so that neighbours meet without a seam; from a whole one, so that all moves alike. */
function deviceBox({ scale, ratio, x, y }: Viewport, { left, top, right, bottom }: Box): Box {
  const at = (value: number, origin: number) => Math.round(value * scale * ratio) + Math.round(origin * ratio);
  return box(at(left, x), at(top, y), at(right, x), at(bottom, y));
}

const fill = (context: CanvasRenderingContext2D, { left, top, right, bottom }: Box, style: string): void => {
  context.fillStyle = style;
  context.fillRect(left, top, right - left, bottom - top);
};

const draw = (context: CanvasRenderingContext2D, image: CanvasImageSource, to: Box): void =>
  context.drawImage(image, to.left, to.top, to.right - to.left, to.bottom - to.top);

function drawChequer(context: CanvasRenderingContext2D, view: Viewport, part: Box, edge: Box, theme: Theme): void {
  fill(context, part, theme.chequer[0]);
  const side = CHEQUER * view.ratio;
  const first = (from: number, origin: number) => Math.floor((from - origin) / side);
  for (let row = first(part.top, edge.top); edge.top + row * side < part.bottom; row++)
    for (let column = first(part.left, edge.left); edge.left + column * side < part.right; column++) {
      if ((row + column) % 2 === 0) continue;
      const [left, top] = [edge.left + column * side, edge.top + row * side];
      fill(context, overlap(box(left, top, left + side, top + side), part), theme.chequer[1]);
    }
}

/** Only the pixels that are wanted, of the level that suits; two more around, since scaling looks at neighbours. */
function drawLevel(context: CanvasRenderingContext2D, view: Viewport, levels: Levels, part: Box): void {
  const device = view.scale * view.ratio;
  const { image, size } = levelFor(levels, device);
  const [across, down] = [(levels.size.width / size.width) * device, (levels.size.height / size.height) * device];
  const [x, y] = [Math.round(view.x * view.ratio), Math.round(view.y * view.ratio)];
  const wanted = box(
    (part.left - x) / across,
    (part.top - y) / down,
    (part.right - x) / across,
    (part.bottom - y) / down,
  );
  const from = overlap(outward(grown(wanted, 2)), whole(size));
  if (isEmpty(from)) return;
  context.imageSmoothingEnabled = device < SQUARES;
  context.imageSmoothingQuality = "medium";
  const [width, height] = [from.right - from.left, from.bottom - from.top];
  const to = { left: x + from.left * across, top: y + from.top * down };
  context.drawImage(image, from.left, from.top, width, height, to.left, to.top, width * across, height * down);
}
