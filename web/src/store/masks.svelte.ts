/** The picture that is painted on, and the masks over it, as pixels. */

import { call } from "../api";
import { outward, whole } from "../boxes";
import { maskChange } from "../changes";
import { newId } from "../ids";
import { pixelsEdit } from "../mask";
import { valuesOf } from "../mask/measures";
import { type Snapshots, snapshots } from "../mask/snapshots";
import { type MaskPixels, read } from "../mask/tiles";
import { isSlow, worked } from "../mask/work";
import { type Shown, maskFile, sampled, samplesOf, shown } from "../pictures";
import { sketchOf } from "../sketch";
import { t } from "../texts";
import type { Box, MaskEdit, MaskLayer, Mode, Samples, Size } from "../words";
import { repainted } from "./place";
import { Sitting, valueOf } from "./sitting.svelte";

export const layer = (name: string): MaskLayer => ({ id: newId(), name, on: true, edits: [] });

export const freshMasks = (): readonly MaskLayer[] => [layer(t("maskNumber", { number: 1 }))];

/** Edits that look at the picture under them. */
const LOOKING: ReadonlySet<MaskEdit["kind"]> = new Set(["flood", "alpha"]);

export class Masks extends Sitting {
  shown = $state.raw<Shown | null>(null);
  /** The mask that is painted on; null: the first. */
  layer = $state<string | null>(null);
  maskVisible = $state(true);

  size = $derived<Size | null>(this.shown?.levels.size ?? null);
  active = $derived(this.document.masks.find(({ id }) => id === this.layer) ?? this.document.masks[0] ?? null);
  /** The masks that are on, as pixels. */
  masks = $derived<readonly MaskPixels[]>(this.document.masks.filter(({ on }) => on).map((mask) => this.pixelsOf(mask)));
  masked = $derived(this.document.masks.some(({ on, edits }) => on && edits.length > 0));
  /** What will be repainted, mask mode counted in; null: nothing is masked, which leaves it all to be painted. */
  repainted = $derived(
    this.size && this.masked ? repainted(this.size, this.masks, valueOf(this.settings, "mask_mode")) : null,
  );
  sketch = $derived(
    this.size && this.document.sketch.on && this.document.sketch.strokes.length
      ? sketchOf(this.size, this.document.sketch.strokes)
      : null,
  );

  #snapshots = new Map<string, { of: Shown; kept: Snapshots }>();
  #samples: { of: Shown; samples: Samples } | null = null;

  pixelsOf(mask: MaskLayer): MaskPixels {
    return this.#snapshotsOf(mask.id).render(mask.edits);
  }

  /** The masks as they are, whatever picture lies under them: what looked at the picture becomes plain pixels. */
  protected settledMasks(): readonly MaskLayer[] {
    const { masks } = this.document;
    const looking = masks.filter(({ edits }) => edits.some(({ kind }) => LOOKING.has(kind)));
    return looking.length ? masks.map((mask) => (looking.includes(mask) ? this.#settled(mask) : mask)) : masks;
  }

  #settled(mask: MaskLayer): MaskLayer {
    const pixels = this.pixelsOf(mask);
    const all = whole(pixels.size);
    return { ...mask, edits: [pixelsEdit(all, read(pixels, all))] };
  }

  /** The masks as they are, stretched to another size. */
  protected async stretchedMasks(size: Size): Promise<readonly MaskLayer[]> {
    const stretched = async (mask: MaskLayer): Promise<MaskLayer> => {
      if (!mask.edits.length) return mask;
      const image = await createImageBitmap(await maskFile(this.size!, [this.pixelsOf(mask)]));
      return { ...mask, edits: [pixelsEdit(whole(size), valuesOf(sampled(image, size)))] };
    };
    return Promise.all(this.document.masks.map(stretched));
  }

  /** Paints on the active mask. `pixels`: the mask after it, where that is known. */
  edit(edit: MaskEdit, pixels?: MaskPixels): void {
    if (this.readOnly) return;
    const mask = this.active ?? this.addMask();
    if (!pixels && isSlow(this.pixelsOf(mask), edit)) return void this.#later(mask, edit);
    if (pixels) this.#snapshotsOf(mask.id).adopt([...mask.edits, edit], pixels);
    this.do({ kind: "add edit", mask: mask.id, edit });
  }

  /** Where the mask was painted on meanwhile, the edit is left: it was meant for the one before. */
  async #later(mask: MaskLayer, edit: MaskEdit): Promise<void> {
    const pixels = await worked(this.pixelsOf(mask), edit);
    if (this.active?.id === mask.id && this.active.edits === mask.edits) this.edit(edit, pixels);
  }

  addMask(): MaskLayer {
    const added = layer(t("maskNumber", { number: this.document.masks.length + 1 }));
    this.do({ kind: "add mask", at: this.document.masks.length, layer: added });
    this.layer = added.id;
    return added;
  }

  dropMask(mask: MaskLayer): void {
    this.do({ kind: "drop mask", at: this.document.masks.indexOf(mask), layer: mask });
  }

  setMask(mask: MaskLayer, facts: Partial<Pick<MaskLayer, "name" | "on">>): void {
    this.do(maskChange(this.document, mask.id, facts));
  }

  async loadMask(file: Blob): Promise<void> {
    const read = await shown(file).catch(() => null);
    if (!read) {
      this.fault = { code: "mask_file", message: t("maskUnread"), hint: t("maskUnread.hint") };
      return;
    }
    const samples = samplesOf(read);
    if (!this.size || samples.size.width !== this.size.width || samples.size.height !== this.size.height) {
      const has = `${samples.size.width} × ${samples.size.height}`;
      const wants = this.size ? `${this.size.width} × ${this.size.height}` : t("missing");
      this.fault = { code: "mask_size", message: t("maskSize", { mask: has, picture: wants }), hint: t("maskSize.hint") };
      return;
    }
    this.edit(pixelsEdit(whole(this.size), valuesOf(samples)));
  }

  /** Has the server find the object in a box, which then is painted or erased. */
  async select(box: Box, mode: Mode): Promise<void> {
    const image = this.document.picture?.hash;
    const { left, top, right, bottom } = outward(box);
    if (!image || right - left < 2 || bottom - top < 2) return;
    await this.try(async () => {
      this.said = t("selecting");
      const found = await call("POST /api/v1/selections", { body: { image, left, top, right, bottom } });
      const samples = samplesOf(await shown(found));
      if (image !== this.document.picture?.hash) return;
      this.edit(pixelsEdit({ left, top, right, bottom }, valuesOf(samples), mode));
      this.said = t(mode === "paint" ? "selected" : "selected.erased");
    });
  }

  saveMask = (): Promise<Blob> => maskFile(this.size!, this.masks);

  samples(): Samples | null {
    if (!this.shown) return null;
    if (this.#samples?.of !== this.shown) this.#samples = { of: this.shown, samples: samplesOf(this.shown) };
    return this.#samples.samples;
  }

  /** The picture's pixels, read when an edit first looks at them: there may be fifty million. */
  #looked(): Samples {
    const pixels = () => this.samples()!.rgba;
    return {
      size: this.size!,
      get rgba() {
        return pixels();
      },
    };
  }

  #snapshotsOf(id: string): Snapshots {
    const known = this.#snapshots.get(id);
    if (known && known.of === this.shown) return known.kept;
    const kept = snapshots(this.size!, this.#looked());
    this.#snapshots.set(id, { of: this.shown!, kept });
    return kept;
  }
}
