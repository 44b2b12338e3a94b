/** What a person does with rounds: names them, throws them away, brings them back, goes back and forth along them. */

import { call } from "../api";
import { type Studio, roundOf, studio } from "../store.svelte";
import { beside, goesOn, numbered } from "./family";

/** number: null for the whole round */
interface Binned {
  readonly round: string;
  readonly number: number | null;
}

export class Tending {
  /** The round that was thrown away last, or one candidate of it, as long as it can be brought back by a button. */
  binned = $state.raw<Binned | null>(null);

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
      this.binned = { round, number: null };
    });
  }

  /** Throws one candidate of the round one looks at away, with all that began from it; the one beside it is looked at. */
  async binCandidate(number: number): Promise<void> {
    const { tree, round, candidates } = this.studio;
    if (!tree || !round || this.studio.readOnly) return;
    const next = beside(candidates, number);
    await this.studio.try(async () => {
      await call("DELETE /api/v1/rounds/{id}/candidates/{number}", { path: { id: round, number } });
      await this.#look(tree.id);
      if (next !== null) this.studio.lookAt(round); // else the round has gone with its last one
      this.binned = { round, number };
      if (next !== null) await this.studio.show(next);
    });
  }

  async restore(): Promise<void> {
    const { binned, studio } = this;
    if (!binned || !studio.tree) return;
    const tree = studio.tree.id;
    await studio.try(async () => {
      const { round: id, number } = binned;
      if (number === null) await call("POST /api/v1/rounds/{id}/restore", { path: { id } });
      else await call("POST /api/v1/rounds/{id}/candidates/{number}/restore", { path: { id, number } });
      await this.#look(tree);
      studio.lookAt(id);
      if (number !== null) await studio.show(number);
    });
    this.binned = null;
  }

  async #look(tree: string): Promise<void> {
    const { studio } = this;
    studio.tree = await call("GET /api/v1/pictures/{id}", { path: { id: tree }, query: {} });
    const { at, round } = studio;
    const candidatesOf = (id: string) => roundOf(studio.tree!, id)?.candidates;
    if (at && !numbered(candidatesOf(at.round) ?? [], at.number)) {
      await studio.goTo(studio.tree.at?.round ?? null, studio.tree.at?.number);
    } else if (round && !candidatesOf(round)) {
      await studio.show(null);
      studio.lookAt(at?.round ?? null);
    } else if (round) studio.lookAt(round);
  }
}

export const tending = new Tending(studio);
