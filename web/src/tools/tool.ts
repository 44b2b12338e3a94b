/** What a tool is: a row of facts and a reducer. It owns no canvas and no history. */

import type {
  Box,
  Colour,
  ColourStroke,
  Ellipse,
  ImagePoint,
  MaskEdit,
  Mode,
  PointerInput,
  Rectangle,
  Sides,
  Size,
  Stroke,
  Touch,
} from "../words";
import type { Handle } from "./handles";

export type ToolKey =
  | "pan"
  | "brush"
  | "eraser"
  | "lasso"
  | "polygon"
  | "rectangle"
  | "ellipse"
  | "fill"
  | "select"
  | "sketch"
  | "dropper"
  | "frame"
  | "crop";

/**
 * diameter    of brush, eraser and sketch, image pixels
 * softness    0 a hard edge, 1 fading from the middle
 * tolerance   of fill, 0…255
 * contiguous  fill only what hangs together
 * mode        of shapes and fill; Alt turns it round while held
 * colour      of the sketch
 */
export interface ToolOptions {
  readonly diameter: number;
  readonly softness: number;
  readonly tolerance: number;
  readonly contiguous: boolean;
  readonly mode: Mode;
  readonly colour: Colour;
}

/**
 * What a tool may know of where it works.
 *
 * scale   CSS pixels for each pixel of the picture: how near is near
 * extend  how far the picture is already grown on each side
 * crop    the part to be worked on; null while there is none
 */
export interface Scene {
  readonly options: ToolOptions;
  readonly picture: Size;
  readonly scale: number;
  readonly extend: Sides;
  readonly crop: Box | null;
}

/** What is being made while the pointer is down, to be shown and not yet to be kept. */
export type Draft =
  | { readonly kind: "stroke"; readonly stroke: Stroke | ColourStroke }
  | { readonly kind: "path"; readonly points: readonly ImagePoint[]; readonly hover: ImagePoint }
  | { readonly kind: "shape"; readonly edit: Rectangle | Ellipse; readonly from: ImagePoint }
  | { readonly kind: "box"; readonly box: Box; readonly from: ImagePoint }
  | {
      readonly kind: "sides";
      readonly sides: Sides;
      readonly handle: Handle;
      readonly from: ImagePoint;
      readonly start: Sides;
    }
  | {
      readonly kind: "crop";
      readonly box: Box;
      readonly handle: Handle;
      readonly from: ImagePoint;
      readonly start: Box;
    }
  | { readonly kind: "hold"; readonly touch: Touch };

/** What a tool has finished. The first four change the document; the others the frame performs. */
export type Outcome =
  | { readonly kind: "edit"; readonly edit: MaskEdit }
  | { readonly kind: "sketch"; readonly stroke: ColourStroke }
  | { readonly kind: "extend"; readonly sides: Sides }
  | { readonly kind: "crop"; readonly box: Box }
  | { readonly kind: "select object"; readonly box: Box; readonly mode: Mode }
  | { readonly kind: "pick colour"; readonly at: ImagePoint }
  | { readonly kind: "pan"; readonly x: number; readonly y: number };

/** `last` is where the last stroke ended: Shift goes on from there in a straight line. */
export type Gesture =
  { readonly kind: "idle"; readonly last?: ImagePoint } | { readonly kind: "active"; readonly draft: Draft };

/** The next state, and what the input finished, if anything. */
export interface Step {
  readonly gesture: Gesture;
  readonly outcome?: Outcome;
}

export type Reducer = (gesture: Gesture, input: PointerInput, scene: Scene) => Step;

/**
 * label    its name in the catalogue of texts
 * icon     its name in Lucide
 * cursor   CSS; "none" where the brush ring stands for it
 * options  what can be set while it is chosen
 */
export interface Tool {
  readonly key: ToolKey;
  readonly label: `tool.${ToolKey}`;
  readonly icon: string;
  readonly cursor: (at: ImagePoint, scene: Scene) => string;
  readonly options: readonly (keyof ToolOptions)[];
  readonly step: Reducer;
}

export const IDLE: Gesture = { kind: "idle" };

export const REST: Step = { gesture: IDLE };

export const stay = (gesture: Gesture): Step => ({ gesture });

export const drafting = (draft: Draft): Step => ({ gesture: { kind: "active", draft } });

export const finished = (outcome: Outcome, last?: ImagePoint): Step => ({
  gesture: last ? { kind: "idle", last } : IDLE,
  outcome,
});

/** The draft of this kind that is under way, if it is. */
export function draftOf<K extends Draft["kind"]>(gesture: Gesture, kind: K): Extract<Draft, { kind: K }> | null {
  return gesture.kind === "active" && gesture.draft.kind === kind
    ? (gesture.draft as Extract<Draft, { kind: K }>)
    : null;
}

/** The mode that is set, turned round while Alt is held. */
export function modeOf(touch: Touch, { options }: Scene): Mode {
  return touch.modifiers.alt === (options.mode === "paint") ? "erase" : "paint";
}
