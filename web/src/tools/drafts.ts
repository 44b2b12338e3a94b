/** What a draft looks like while it is made: lines over the picture. Strokes are not among them: they are painted at once. */

import { outline } from "../mask/polygon";
import { type Overlay, NO_OVERLAY } from "../painting/overlay";
import type { Draft, Gesture, Scene } from "./tool";

type Shown = Pick<Overlay, "outline" | "frame"> & {
  /** Where a crop that is being dragged lies. */
  readonly crop: Scene["crop"];
};

const NONE: Shown = { outline: NO_OVERLAY.outline, frame: NO_OVERLAY.frame, crop: null };

type Shows = { readonly [K in Draft["kind"]]: (draft: Extract<Draft, { kind: K }>, scene: Scene) => Shown };

const SHOWS: Shows = {
  stroke: () => NONE,
  hold: () => NONE,
  path: ({ points, hover }) => ({ ...NONE, outline: { points: [...points, hover], closed: false, marching: true } }),
  shape: ({ edit }) => ({ ...NONE, outline: { points: outline(edit), closed: true, marching: true } }),
  box: ({ box }) => ({
    ...NONE,
    outline: { points: outline({ kind: "rectangle", mode: "paint", box }), closed: true, marching: true },
  }),
  sides: ({ sides }, { picture }) => ({ ...NONE, frame: { picture, extend: sides } }),
  crop: ({ box }) => ({ ...NONE, crop: box }),
};

export function shown(gesture: Gesture, scene: Scene): Shown {
  if (gesture.kind === "idle") return NONE;
  const show = SHOWS[gesture.draft.kind] as (draft: Draft, scene: Scene) => Shown;
  return show(gesture.draft, scene);
}
