/** The masks as their blur will have them: worked out once one pauses, and only where it can be seen. */

import type { Sigma } from "../mask/blur";
import { softened } from "../mask/operations";
import { united } from "../mask/measures";
import type { MaskPixels } from "../mask/tiles";
import { isLarge, worked } from "../mask/work";
import { blurOf } from "../store/place";
import { type Studio, valueOf } from "../store.svelte";
import type { MaskLayer } from "../words";

/** Softness over fewer device pixels cannot be told from an edge. */
const SEEN = 0.75;

/** So many pixels are softened before anybody can begin another stroke; more are, beside the page. */
const QUICK = 40_000;

/** Milliseconds in which nothing was painted. */
const PAUSE = 120;

export class Softness {
  #known = $state.raw<{ readonly of: readonly MaskLayer[]; readonly pixels: MaskPixels } | null>(null);

  /** `scale` is how many device pixels a pixel of the picture takes. For the set-up of a component. */
  constructor(
    private readonly studio: Studio,
    scale: () => number,
  ) {
    const across = $derived(blurOf(studio.settings).x);
    const down = $derived(blurOf(studio.settings).y);
    const inward = $derived(valueOf(studio.settings, "compat") === "webui");
    const seen = $derived(Math.max(across, down) * scale() >= SEEN);
    $effect(() => {
      const { masked, masks, size } = studio;
      const of = studio.document.masks;
      const sigma = { x: across, y: down };
      if (!masked || !size || !seen) {
        this.#known = null;
        return undefined;
      }
      let awaited = true;
      const later = setTimeout(async () => {
        const pixels = await softenedBeside(united(size, masks), sigma, inward);
        if (awaited) this.#known = { of, pixels };
      }, PAUSE);
      return () => {
        awaited = false;
        clearTimeout(later);
      };
    });
  }

  /** What is seen beside the masks themselves: while more is painted, what was worked out before it. */
  get pixels(): MaskPixels | null {
    const { masks } = this.studio.document;
    return this.#known && onlyPainted(this.#known.of, masks) ? this.#known.pixels : null;
  }
}

const softenedBeside = (pixels: MaskPixels, sigma: Sigma, inward: boolean): MaskPixels | Promise<MaskPixels> =>
  isLarge(pixels, QUICK) ? worked(pixels, { kind: "blur", sigma, inward }) : softened(pixels, sigma, inward);

/** Nothing but strokes came to the masks. */
const onlyPainted = (before: readonly MaskLayer[], now: readonly MaskLayer[]): boolean =>
  before === now ||
  (before.length === now.length &&
    now.every(({ id, on, edits }, i) => {
      const known = before[i]!;
      const added = edits.slice(known.edits.length);
      return known.id === id && known.on === on && known.edits.at(-1) === edits[known.edits.length - 1] && added.every((edit) => edit.kind === "stroke" && edit.mode === "paint");
    }));
