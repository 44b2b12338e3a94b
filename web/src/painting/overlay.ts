/** What lies over picture and mask: crop, selection, brush ring. Vector lines, drawn in CSS pixels. */

import { around, box, extended, grown, whole } from "../boxes";
import { handlePlaces } from "../tools/handles";
import { type Viewport, boxOnScreen, toScreen } from "../viewport";
import type { Box, ImagePoint, Sides, Size } from "../words";
import { onDevice } from "./dirt";
import type { Theme } from "./theme";

/**
 * crop     the part that is worked on, with what stands on it; `held`: with handles
 * frame    the picture's border with what it is grown by, with handles
 * outline  what is being drawn; `closed`: back to its first point
 * ring     the brush: where, and its diameter in image pixels; the inner ring shows softness
 */
export interface Overlay {
  readonly crop: { readonly box: Box; readonly label: string; readonly held: boolean } | null;
  readonly frame: { readonly picture: Size; readonly extend: Sides } | null;
  readonly outline: {
    readonly points: readonly ImagePoint[];
    readonly closed: boolean;
    readonly marching: boolean;
  } | null;
  readonly ring: { readonly at: ImagePoint; readonly diameter: number; readonly softness: number } | null;
}

export const NO_OVERLAY: Overlay = { crop: null, frame: null, outline: null, ring: null };

type Context = CanvasRenderingContext2D;

const HANDLE = 8;
const DASH = 5;
const LABEL = { height: 18, gap: 4, padding: 6, most: 220 };

/** CSS pixels that lines and handles reach past what they are drawn around. */
const MARGIN = HANDLE / 2 + 2;

/** Everything a crop has drawn, label and handles included, as device pixels. */
export function overlayBoxes(view: Viewport, { crop, frame, outline, ring }: Overlay): Box[] {
  const boxes = [];
  if (crop) boxes.push(...ribbon(view, crop.box), labelBox(view, crop.box));
  if (frame) boxes.push(...ribbon(view, extended(whole(frame.picture), frame.extend)));
  if (outline) boxes.push(onDevice(view, grown(around(outline.points), 0.01), MARGIN));
  if (ring) boxes.push(onDevice(view, ringBox(ring), MARGIN));
  return boxes;
}

/** The four sides of a box, without its inside. */
function ribbon(view: Viewport, { left, top, right, bottom }: Box): Box[] {
  const sides = [
    box(left, top, right, top + 0.01),
    box(left, bottom - 0.01, right, bottom),
    box(left, top, left + 0.01, bottom),
    box(right - 0.01, top, right, bottom),
  ];
  return sides.map((side) => onDevice(view, side, MARGIN));
}

function labelBox(view: Viewport, crop: Box): Box {
  const { left, top } = boxOnScreen(view, crop);
  const { ratio } = view;
  const high = labelTop(top);
  return box(
    Math.floor(left * ratio),
    Math.floor(high * ratio),
    Math.ceil((left + LABEL.most) * ratio),
    Math.ceil((high + LABEL.height) * ratio),
  );
}

/** Above the crop; inside it where the canvas ends. */
const labelTop = (top: number): number =>
  top < LABEL.height + LABEL.gap ? Math.max(0, top) + LABEL.gap : top - LABEL.height - LABEL.gap;

function ringBox({ at, diameter }: NonNullable<Overlay["ring"]>): Box {
  return grown(box(at.x, at.y, at.x + 0.01, at.y + 0.01), diameter / 2);
}

/**
 * Draws it all; whoever calls has cleared and clipped.
 *
 * phase  how far the dashes have marched, CSS pixels
 */
export function drawOverlay(context: Context, view: Viewport, overlay: Overlay, theme: Theme, phase = 0): void {
  const { crop, frame, outline, ring } = overlay;
  context.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);
  if (crop) drawCrop(context, view, crop, theme);
  if (frame) {
    const border = boxOnScreen(view, extended(whole(frame.picture), frame.extend));
    drawBox(context, border, theme, []);
    drawHandles(context, border, theme);
  }
  if (outline) drawOutline(context, view, outline, theme, phase);
  if (ring) drawRing(context, view, ring, theme);
}

function drawCrop(
  context: Context,
  view: Viewport,
  { box: part, label, held }: NonNullable<Overlay["crop"]>,
  theme: Theme,
): void {
  const seen = boxOnScreen(view, part);
  drawBox(context, seen, theme, [DASH, DASH]);
  if (held) drawHandles(context, seen, theme);
  context.font = theme.font;
  const width = Math.min(LABEL.most, context.measureText(label).width + 2 * LABEL.padding);
  const top = labelTop(seen.top);
  context.fillStyle = theme.label.ground;
  context.fillRect(seen.left, top, width, LABEL.height);
  context.fillStyle = theme.label.text;
  context.textBaseline = "middle";
  context.fillText(label, seen.left + LABEL.padding, top + LABEL.height / 2, LABEL.most - 2 * LABEL.padding);
}

function drawBox(context: Context, seen: Box, theme: Theme, dash: number[], phase = 0): void {
  const path = () => {
    context.beginPath();
    context.rect(seen.left, seen.top, seen.right - seen.left, seen.bottom - seen.top);
  };
  doubled(context, theme, path, dash, phase);
}

function drawHandles(context: Context, seen: Box, theme: Theme): void {
  context.fillStyle = theme.handle;
  context.strokeStyle = theme.shadow;
  context.lineWidth = 1;
  for (const { x, y } of handlePlaces(seen)) {
    context.fillRect(x - HANDLE / 2, y - HANDLE / 2, HANDLE, HANDLE);
    context.strokeRect(x - HANDLE / 2, y - HANDLE / 2, HANDLE, HANDLE);
  }
}

function drawOutline(
  context: Context,
  view: Viewport,
  { points, closed, marching }: NonNullable<Overlay["outline"]>,
  theme: Theme,
  phase: number,
): void {
  const path = () => {
    context.beginPath();
    for (const point of points) {
      const { x, y } = toScreen(view, point);
      context.lineTo(x, y);
    }
    if (closed) context.closePath();
  };
  doubled(context, theme, path, marching ? [DASH, DASH] : [], phase);
}

function drawRing(
  context: Context,
  view: Viewport,
  { at, diameter, softness }: NonNullable<Overlay["ring"]>,
  theme: Theme,
): void {
  const { x, y } = toScreen(view, at);
  const radius = Math.max(1, (diameter / 2) * view.scale);
  const circle = (of: number) => () => {
    context.beginPath();
    context.arc(x, y, of, 0, 2 * Math.PI);
  };
  doubled(context, theme, circle(radius), []);
  const inner = radius * (1 - softness);
  if (softness > 0 && inner > 2) doubled(context, theme, circle(inner), [2, 4]);
}

/** A light line with a dark one under it: one of them shows on any picture. */
function doubled(context: Context, theme: Theme, path: () => void, dash: number[], phase = 0): void {
  path();
  context.setLineDash([]);
  context.strokeStyle = theme.shadow;
  context.lineWidth = dash.length ? 1 : 3;
  context.stroke();
  context.setLineDash(dash);
  context.lineDashOffset = -phase;
  context.strokeStyle = theme.line;
  context.lineWidth = 1;
  context.stroke();
  context.setLineDash([]);
}
