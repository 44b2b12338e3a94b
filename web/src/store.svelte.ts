/**
 * The one store: the sitting as it is, and what a person can do with it.
 *
 * A tower of nouns, each in its file and each knowing only those below:
 * sitting · masks · rounds · arrivals · queue · outlook · studio (this file: what survives a reload, and in which tab).
 */

import type { AtValue } from "./api-types";
import { type Found, Keeper, type Kept, latest, ofTab } from "./autosave";
import { Outlook } from "./store/outlook.svelte";
import { claims } from "./tabs";
import type { ToolOptions } from "./tools/tool";

export { roundOf } from "./store/rounds.svelte";
export { valueOf } from "./store/sitting.svelte";

export class Studio extends Outlook {
  readonly #keeper = new Keeper();
  readonly #claim = claims();
  #claimed: string | null = null;
  #resuming = false;
  #saving = false;

  /** Kept before the next event, so that even a page that is left at once has the last stroke. */
  protected override changed(): void {
    if (this.#saving) return;
    this.#saving = true;
    queueMicrotask(() => {
      this.#saving = false;
      void this.saved();
    });
  }

  async saved(): Promise<void> {
    if (this.readOnly || this.#resuming || !this.tree || this.#claimed !== this.tree.id) return;
    const kept: Kept = {
      options: $state.snapshot(this.options) as ToolOptions,
      tree: this.tree.id,
      round: this.round,
      jobs: this.jobs,
      since: this.newest,
      asking: this.asking,
    };
    await this.#keeper.save(this.tree.id, this.history, kept);
  }

  /** As it was before the page was left; false where nothing was kept. */
  async restore(): Promise<boolean> {
    const sitting = ofTab.get() ?? (await latest().catch(() => null));
    return sitting !== null && this.#resume(sitting);
  }

  /** Goes on in this tab with what another one has. */
  async takeOver(): Promise<void> {
    if (this.#claimed) await this.#resume(this.#claimed, true); // also while it is still being fetched
  }

  async #resume(sitting: string, take = false): Promise<boolean> {
    await this.#own(sitting, take);
    const found = await this.#keeper.restored(sitting).catch(() => null);
    if (!found) return false;
    this.#resuming = true;
    try {
      await this.reenter(sitting, found.history);
      this.#takeUp(found);
    } finally {
      this.#resuming = false;
    }
    this.ready = true;
    await this.#find(found.kept);
    return true;
  }

  /** Goes on with the jobs of before, and with one that was asked for in the moment in which the page was left. */
  async #find({ jobs, since = 0, asking }: Kept): Promise<void> {
    this.newest = Math.max(this.newest, since);
    const sought = asking ? this.seek(since) : null;
    await this.resume(jobs);
    await sought;
  }

  #takeUp({ history, kept }: Found): void {
    this.options = kept.options;
    this.layer = history.document.masks[0]?.id ?? null;
    this.lookAt(kept.round);
  }

  /** A picture that is opened belongs to this tab, unless another has it already. */
  protected override async enter(id: string, at: AtValue | null): Promise<void> {
    await this.#own(id);
    await super.enter(id, at);
  }

  async #own(sitting: string, take = false): Promise<void> {
    if (this.#claimed === sitting && !(take && this.readOnly)) return; // had, or waited for
    this.#claimed = sitting;
    ofTab.set(sitting);
    this.readOnly = !(await this.#claim.claim(sitting, () => this.#lost(sitting), take));
    if (this.readOnly) this.#wait(sitting);
  }

  #lost(sitting: string): void {
    this.readOnly = true;
    this.#wait(sitting);
  }

  /** When the other tab is closed this one goes on from where that one was. */
  #wait(sitting: string): void {
    this.#claim.await(sitting, () => void this.#free(sitting), () => this.#lost(sitting));
  }

  async #free(sitting: string): Promise<void> {
    this.readOnly = false;
    await this.#resume(sitting);
  }
}

export const studio = new Studio();
