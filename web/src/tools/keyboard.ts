/** A pointer without a mouse: arrows move it, Space presses it, and numbers place shapes. Tools are told the same inputs. */

import { type Viewport, toScreen } from "../viewport";
import {
  type Box,
  type ImagePoint,
  type Modifiers,
  type PointerInput,
  type Size,
  NO_MODIFIERS,
  imagePoint,
} from "../words";

export interface KeyPointer {
  readonly at: ImagePoint;
  readonly down: boolean;
}

export type KeyPress =
  | { readonly kind: "arrow"; readonly x: -1 | 0 | 1; readonly y: -1 | 0 | 1; readonly far: boolean }
  | { readonly kind: "press" | "release" | "finish" | "cancel" };

/** So much further an arrow goes with Shift. */
const FAR = 8;

/**
 * Where the pointer is after a key, and what the tool is told.
 *
 * step  how far one arrow goes, image pixels
 */
export function steered(
  pointer: KeyPointer,
  key: KeyPress,
  step: number,
  picture: Size,
  view: Viewport,
): { readonly pointer: KeyPointer; readonly input: PointerInput } {
  switch (key.kind) {
    case "arrow": {
      const by = step * (key.far ? FAR : 1);
      const at = held(pointer.at.x + key.x * by, pointer.at.y + key.y * by, picture);
      return { pointer: { ...pointer, at }, input: touch("move", at, view) };
    }
    case "press":
      // A key held down repeats; the brush is down already.
      return { pointer: { ...pointer, down: true }, input: touch(pointer.down ? "move" : "down", pointer.at, view) };
    case "release":
      return { pointer: { ...pointer, down: false }, input: touch("up", pointer.at, view) };
    case "finish":
    case "cancel":
      return { pointer: { ...pointer, down: false }, input: { kind: key.kind } };
  }
}

/** One arrow moves a brush by a quarter of its diameter, at least a pixel. */
export const arrowStep = (diameter: number): number => Math.max(1, Math.round(diameter / 4));

/** The drag that makes this box: what numeric fields send to rectangle, ellipse and select. */
export const boxInputs = ({ left, top, right, bottom }: Box, view: Viewport, modifiers?: Modifiers): PointerInput[] => [
  touch("down", imagePoint(left, top), view, modifiers),
  touch("move", imagePoint(right, bottom), view, modifiers),
  touch("up", imagePoint(right, bottom), view, modifiers),
];

const held = (x: number, y: number, { width, height }: Size): ImagePoint =>
  imagePoint(Math.min(width, Math.max(0, x)), Math.min(height, Math.max(0, y)));

const touch = (
  kind: "down" | "move" | "up",
  at: ImagePoint,
  view: Viewport,
  modifiers = NO_MODIFIERS,
): PointerInput => ({ kind, at, screen: toScreen(view, at), pressure: 1, modifiers });
