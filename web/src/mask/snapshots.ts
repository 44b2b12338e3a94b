/** Masks rendered before, so that undo and redo are looked up and not painted again. */

import { applied } from "../mask";
import type { MaskEdit, Samples, Size } from "../words";
import { type MaskPixels, SIDE, emptyMask } from "./tiles";

/** An edit, and the mask after it; null where that was forgotten to save memory. */
interface Snapshot {
  readonly edit: MaskEdit;
  readonly pixels: MaskPixels | null;
}

/** So much memory the kept masks of one layer may take, in bytes. */
const BUDGET = 96 * 2 ** 20;

/**
 * render  the mask after all of these edits; looks for the longest beginning that is known, and paints only the rest
 * adopt   takes over a mask that was painted while it was drawn: that of `edits`
 */
export interface Snapshots {
  readonly render: (edits: readonly MaskEdit[]) => MaskPixels;
  readonly adopt: (edits: readonly MaskEdit[], pixels: MaskPixels) => void;
}

export function snapshots(size: Size, picture: Samples | null, budget = BUDGET): Snapshots {
  // Those after the last edit rendered stay, for redo, until another edit takes their place.
  let kept: readonly Snapshot[] = [];

  const shared = (edits: readonly MaskEdit[]): number => {
    const end = edits.findIndex((edit, i) => kept[i]?.edit !== edit);
    return end < 0 ? edits.length : end;
  };

  const keep = (at: number, edit: MaskEdit, pixels: MaskPixels) => {
    const later = kept[at]?.edit === edit ? kept.slice(at + 1) : [];
    kept = thinned([...kept.slice(0, at), { edit, pixels }, ...later], budget);
  };

  return {
    render: (edits) => {
      const start = kept.slice(0, shared(edits)).findLastIndex(({ pixels }) => pixels);
      let pixels = kept[start]?.pixels ?? emptyMask(size);
      for (let i = start + 1; i < edits.length; i++) {
        pixels = applied(pixels, edits[i]!, picture);
        keep(i, edits[i]!, pixels);
      }
      return pixels;
    },
    adopt: (edits, pixels) => {
      const last = edits.at(-1);
      if (last && shared(edits) >= edits.length - 1) keep(edits.length - 1, last, pixels);
    },
  };
}

/** Forgets every second mask of the older half until the rest fit: the further back, the more is painted again. */
function thinned(kept: readonly Snapshot[], budget: number): readonly Snapshot[] {
  let left = kept;
  for (;;) {
    const places = left.flatMap(({ pixels }, i) => (pixels ? [i] : []));
    if (places.length < 3 || bytes(left) <= budget) return left;
    const forgotten = new Set(places.slice(0, Math.ceil(places.length / 2)).filter((_, i) => i % 2 === 0));
    left = left.map((snapshot, i) => (forgotten.has(i) ? { ...snapshot, pixels: null } : snapshot));
  }
}

/** What is really held: a tile that several masks share counts once. */
const bytes = (kept: readonly Snapshot[]): number =>
  new Set(kept.flatMap(({ pixels }) => [...(pixels?.tiles.values() ?? [])])).size * SIDE * SIDE;
