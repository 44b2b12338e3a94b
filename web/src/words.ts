/** The studio's vocabulary. Lengths are image pixels, origin top left, right and bottom exclusive, unless a name says screen. */

/** Pixels of the picture. A ScreenPoint cannot be passed where this is wanted. */
export interface ImagePoint {
  readonly x: number;
  readonly y: number;
  readonly space: "image";
}

/** CSS pixels of the canvas, from its top left corner. */
export interface ScreenPoint {
  readonly x: number;
  readonly y: number;
  readonly space: "screen";
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** So many pixels on each side of a picture, none below 0. */
export interface Sides {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What an edit does where it covers: paint repaints (255), erase keeps (0). */
export type Mode = "paint" | "erase";

/** A pressure of 1 gives the full diameter; mouse and finger always press with 1. */
export interface StrokePoint extends ImagePoint {
  readonly pressure: number;
}

/**
 * diameter  image pixels at full pressure
 * softness  0 a hard edge, 1 fading from the middle
 */
export interface Stroke {
  readonly kind: "stroke";
  readonly mode: Mode;
  readonly diameter: number;
  readonly softness: number;
  readonly points: readonly StrokePoint[];
}

/** Closed by itself; where it overlaps itself it stays covered. */
export interface Polygon {
  readonly kind: "polygon";
  readonly mode: Mode;
  readonly points: readonly ImagePoint[];
}

export interface Rectangle {
  readonly kind: "rectangle";
  readonly mode: Mode;
  readonly box: Box;
}

export interface Ellipse {
  readonly kind: "ellipse";
  readonly mode: Mode;
  readonly box: Box;
}

/**
 * All that has the colour of one pixel.
 *
 * tolerance   greatest difference of any channel, 0…255
 * contiguous  only what hangs together with that pixel
 */
export interface Flood {
  readonly kind: "flood";
  readonly mode: Mode;
  readonly at: ImagePoint;
  readonly tolerance: number;
  readonly contiguous: boolean;
}

/** Mask values that came ready: a loaded file, an object found by the server. `runs` as `mask/runs.ts` packs them. */
export interface Pixels {
  readonly kind: "pixels";
  readonly mode: Mode;
  readonly box: Box;
  readonly runs: Uint32Array;
}

export type Shape = Polygon | Rectangle | Ellipse;

/** What is done to the whole mask, without a number. `alpha` paints where the picture is transparent. */
export type PlainOperation = "invert" | "fill holes" | "clear" | "alpha";

/** What is done to the whole mask, by so many pixels; feather takes a Gaussian sigma. */
export type MeasuredOperation = "grow" | "shrink" | "feather";

export type Operation =
  { readonly kind: PlainOperation } | { readonly kind: MeasuredOperation; readonly pixels: number };

export type MaskEdit = Stroke | Shape | Flood | Pixels | Operation;

export interface MaskLayer {
  readonly id: string;
  readonly name: string;
  readonly on: boolean;
  readonly edits: readonly MaskEdit[];
}

/** `#rrggbb`. */
export type Colour = `#${string}`;

export interface ColourStroke extends Stroke {
  readonly colour: Colour;
}

export interface SketchLayer {
  readonly on: boolean;
  readonly strokes: readonly ColourStroke[];
}

/** Samples as a canvas gives them: RGBA, 8 bit, not premultiplied. */
export interface Samples {
  readonly size: Size;
  readonly rgba: Uint8ClampedArray | Uint8Array;
}

export interface Modifiers {
  readonly shift: boolean;
  readonly alt: boolean;
  readonly ctrl: boolean;
}

/** Where a pointer is, in both spaces, and how hard it presses (0…1). */
export interface Touch {
  readonly at: ImagePoint;
  readonly screen: ScreenPoint;
  readonly pressure: number;
  readonly modifiers: Modifiers;
}

/** What a tool is told. Mouse, pen, finger and keyboard all speak so; `finish` is Enter or a double click. */
export type PointerInput =
  ({ readonly kind: "down" | "move" | "up" } & Touch) | { readonly kind: "finish" } | { readonly kind: "cancel" };

export const NO_MODIFIERS: Modifiers = { shift: false, alt: false, ctrl: false };

export const imagePoint = (x: number, y: number): ImagePoint => ({ x, y, space: "image" });

export const screenPoint = (x: number, y: number): ScreenPoint => ({ x, y, space: "screen" });

export const distance = <P extends ImagePoint | ScreenPoint>(one: P, other: P): number =>
  Math.hypot(one.x - other.x, one.y - other.y);
