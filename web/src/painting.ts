/**
 * Draws what is seen, and of it only what changed.
 *
 * Three canvases of the viewport's size lie over each other: the picture with sketch, preview or candidate; the mask, whose
 * pixels are put as bytes; and lines. So a brush that moves redraws its ring alone, a stroke its own pixels, and a picture that
 * is panned what comes into sight.
 */

import { EMPTY, overlap, sameBox } from "./boxes";
import { type MaskPixels, tileBox } from "./mask/tiles";
import { type Shift, everything, moved, onDevice, tidied, uncovered } from "./painting/dirt";
import type { Material } from "./painting/material";
import { type Overlay, drawOverlay, overlayBoxes } from "./painting/overlay";
import { type Contents, drawPicture } from "./painting/picture";
import { sheets } from "./painting/sheets";
import type { Theme } from "./painting/theme";
import { tinted } from "./painting/tint";
import type { ColourPixels } from "./sketch";
import type { Viewport } from "./viewport";
import type { Box } from "./words";

/** All that is seen. Parts are compared by identity: what is the same object is not drawn again. */
export interface Sight {
  readonly view: Viewport;
  readonly contents: Contents;
  readonly sketch: ColourPixels | null;
  readonly masks: readonly MaskPixels[];
  /** The masks as their blur will have them, where that can be seen. */
  readonly soft: MaskPixels | null;
  /** Masks are their edge line alone. */
  readonly outlined: boolean;
  readonly overlay: Overlay;
  readonly theme: Theme;
  /** How far dashes have marched, CSS pixels. */
  readonly phase: number;
}

/** What a stroke under way changed, in image pixels: its tiles stay the same objects. */
export interface Touched {
  readonly mask?: Box;
  readonly sketch?: Box;
}

export interface Canvases {
  readonly picture: CanvasRenderingContext2D;
  readonly mask: CanvasRenderingContext2D;
  readonly overlay: CanvasRenderingContext2D;
}

/** What was drawn anew, in device pixels. */
export type Drawn = Readonly<Record<keyof Canvases, readonly Box[]>>;

/** A painter for these canvases; hand it each new sight, from an animation frame. */
export function painter(canvases: Canvases, material: Material): (sight: Sight, touched?: Touched) => Drawn {
  const sketched = sheets(material);
  let before: Sight | null = null;
  return (sight, touched = {}) => {
    const shift = before && sight.theme === before.theme ? moved(before.view, sight.view) : null;
    const dirt = before && shift ? changed(before, sight, touched, shift) : everywhere(sight.view);
    if (shift && (shift.x || shift.y)) for (const canvas of [canvases.picture, canvases.mask]) scroll(canvas, shift);
    const tiles = sketched(sight.sketch, touched.sketch ?? EMPTY);
    for (const part of dirt.picture)
      drawPicture(canvases.picture, sight.view, sight.contents, tiles, sight.theme, part);
    for (const part of dirt.mask) drawMask(canvases.mask, material, sight, part);
    for (const part of dirt.overlay) redrawOverlay(canvases.overlay, sight, part);
    before = sight;
    return dirt;
  };
}

const everywhere = (view: Viewport): Drawn => {
  const part = [everything(view)];
  return { picture: part, mask: part, overlay: part };
};

/** Where all has moved, only what comes into sight is made anew: what is drawn stands still on the picture. */
function changed(before: Sight, now: Sight, touched: Touched, shift: Shift): Drawn {
  const { view } = now;
  const fresh = uncovered(view, shift);
  const on = (boxes: readonly Box[], margin: number, more: readonly Box[]) =>
    tidied([...more, ...boxes.map((part) => onDevice(view, part, margin))]);
  const lines = before.overlay === now.overlay && before.phase === now.phase && before.view === view;
  return {
    picture: sameContents(before.contents, now.contents)
      ? on([...previewDirt(before, now), ...tileDirt(before.sketch, now.sketch), touched.sketch ?? EMPTY], 1, fresh)
      : [everything(view)],
    // The edge line lies a pixel beside what changed.
    mask: before.outlined === now.outlined && sameGround(before.masks, now.masks)
      ? on([...maskDirt(before, now), ...tileDirt(before.soft, now.soft), touched.mask ?? EMPTY], 2, fresh)
      : [everything(view)],
    overlay: lines
      ? []
      : tidied(
          [...overlayBoxes(before.view, before.overlay), ...overlayBoxes(view, now.overlay)].map((part) =>
            overlap(part, everything(view)),
          ),
        ),
  };
}

const sameContents = (one: Contents, other: Contents): boolean =>
  one.picture === other.picture && one.transparent === other.transparent && sameBox(one.extend, other.extend);

function previewDirt({ contents: { preview: one } }: Sight, { contents: { preview: other } }: Sight): Box[] {
  return one === other ? [] : [one?.box ?? EMPTY, other?.box ?? EMPTY];
}

type Tiled = Pick<MaskPixels | ColourPixels, "size"> & { readonly tiles: ReadonlyMap<number, unknown> };

/** Tiles that are another object than before. */
function tileDirt(one: Tiled | null, other: Tiled | null): Box[] {
  const [old, now] = [one?.tiles ?? new Map(), other?.tiles ?? new Map()];
  const size = (other ?? one)?.size;
  if (!size || old === now) return [];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((key) => old.get(key) !== now.get(key))
    .map((key) => tileBox(size, key));
}

const maskDirt = ({ masks: old }: Sight, { masks: now }: Sight): Box[] => {
  const count = Math.max(old.length, now.length);
  return Array.from({ length: count }, (_, i) => tileDirt(old[i] ?? null, now[i] ?? null)).flat();
};

/** Masks whose untouched tiles are filled lie everywhere: one more or fewer of them changes all. */
const sameGround = (old: readonly MaskPixels[], now: readonly MaskPixels[]): boolean =>
  Array.from(
    { length: Math.max(old.length, now.length) },
    (_, i) => (old[i]?.ground ?? 0) === (now[i]?.ground ?? 0),
  ).every(Boolean);

/** Moves what is drawn by whole device pixels. */
function scroll(context: CanvasRenderingContext2D, { x, y }: Shift): void {
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalCompositeOperation = "copy";
  context.drawImage(context.canvas, x, y);
  context.restore();
}

function drawMask(
  context: CanvasRenderingContext2D,
  material: Material,
  { masks, soft, outlined, view, theme }: Sight,
  part: Box,
): void {
  context.putImageData(material.imageData(tinted(masks, view, part, theme.mask, { soft, outlined })), part.left, part.top);
}

function redrawOverlay(context: CanvasRenderingContext2D, { view, overlay, theme, phase }: Sight, part: Box): void {
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.beginPath();
  context.rect(part.left, part.top, part.right - part.left, part.bottom - part.top);
  context.clip();
  context.clearRect(part.left, part.top, part.right - part.left, part.bottom - part.top);
  drawOverlay(context, view, overlay, theme, phase);
  context.restore();
}
