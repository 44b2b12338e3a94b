/** What a person does with rounds: names them, throws them away, brings them back, goes back and forth along them. */

import { call } from "../api";
import { type Studio, studio } from "../store.svelte";
import { goesOn } from "./family";

export class Tending {
  /** The round that was thrown away last, as long as it can be brought back by a button. */
  binned = $state<string | null>(null);

  constructor(private readonly studio: Studio) {}

  canGoBack = $derived.by(() => this.studio.at !== null);
  canGoOn = $derived.by(() => this.studio.tree !== null && goesOn(this.studio.tree, this.studio.at));

  /** To what the round on the canvas began from. */
  async back(): Promise<void> {
    if (this.canGoBack) await this.studio.step("undo");
  }

  /** To the round that began from here and was looked at last. */
  async forward(): Promise<void> {
    if (this.canGoOn) await this.studio.step("redo");
  }

  /** Names a round; null: the picture itself. */
  async name(round: string | null, name: string): Promise<void> {
    const { tree } = this.studio;
    if (!tree) return;
    await this.studio.try(async () => {
      if (round) await call("PATCH /api/v1/rounds/{id}", { path: { id: round }, body: { name } });
      else await call("PATCH /api/v1/pictures/{id}", { path: { id: tree.id }, body: { name } });
      await this.#look(tree.id);
    });
  }

  /** Throws a round away, with all that began from it. The picture on the canvas stays, unless it was among them. */
  async bin(round: string): Promise<void> {
    const { tree } = this.studio;
    if (!tree) return;
    await this.studio.try(async () => {
      await call("DELETE /api/v1/rounds/{id}", { path: { id: round } });
      await this.#look(tree.id);
      this.binned = round;
    });
  }

  async restore(): Promise<void> {
    const { binned, studio } = this;
    if (!binned || !studio.tree) return;
    const tree = studio.tree.id;
    await studio.try(async () => {
      await call("POST /api/v1/rounds/{id}/restore", { path: { id: binned } });
      await this.#look(tree);
      studio.lookAt(binned);
    });
    this.binned = null;
  }

  async #look(tree: string): Promise<void> {
    const { studio } = this;
    studio.tree = await call("GET /api/v1/pictures/{id}", { path: { id: tree }, query: {} });
    const there = new Set(studio.tree.all_rounds.map(({ id }) => id));
    if (studio.at && !there.has(studio.at.round)) {
      await studio.goTo(studio.tree.at?.round ?? null, studio.tree.at?.number);
    } else if (studio.round && !there.has(studio.round)) {
      await studio.show(null);
      studio.lookAt(studio.at?.round ?? null);
    }
  }
}

export const tending = new Tending(studio);
