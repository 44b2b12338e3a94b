/**
 * The one store: the sitting as it is, and what a person can do with it.
 *
 * A tower of nouns, each in its file and each knowing only those below:
 * sitting · masks · rounds · queue · outlook · studio (this file: what survives a reload).
 */

import { type Kept, restored, save } from "./autosave";
import type { Document } from "./changes";
import { begun } from "./history";
import { Outlook } from "./store/outlook.svelte";
import type { ToolOptions } from "./tools/tool";

export { roundOf } from "./store/rounds.svelte";
export { valueOf } from "./store/sitting.svelte";

export class Studio extends Outlook {
  #saving = 0;

  protected override changed(): void {
    clearTimeout(this.#saving);
    this.#saving = window.setTimeout(() => void this.saved(), 0);
  }

  saved(): Promise<void> {
    const kept: Kept = {
      document: $state.snapshot(this.document) as Document,
      options: $state.snapshot(this.options) as ToolOptions,
      tree: this.tree?.id ?? null,
      at: this.at,
      round: this.round,
      jobs: this.runs.map(({ id }) => id),
    };
    return save(kept);
  }

  /** As it was before the page was left; false where nothing was kept. */
  async restore(): Promise<boolean> {
    const kept = await restored().catch(() => null);
    if (!kept?.document.picture) return false;
    const { document, tree, at, round, jobs } = kept;
    this.options = kept.options;
    if (tree) await this.enter(tree, at).catch(() => {});
    if (round) this.lookAt(round);
    if (!this.shown) await this.lay(document.picture!.hash, false);
    this.history = begun({ ...document, picture: this.document.picture });
    this.layer = document.masks[0]?.id ?? null;
    await this.resume(jobs);
    return true;
  }
}

export const studio = new Studio();
