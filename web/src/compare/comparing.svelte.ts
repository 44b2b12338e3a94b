/** How the candidate that is shown is compared, and with what. */

import { fileUrl, picture } from "../api";
import { type Shown, shown } from "../pictures";
import { type Studio, roundOf, studio } from "../store.svelte";
import type { Comparison } from "./compare";
import { type Heat, heatOf } from "./heat";
import { type Against, type Before, beforeOf } from "./subject";

export class Comparing {
  /** Null: the candidate is merely shown. */
  way = $state<Comparison | null>(null);
  /** Where the wipe's line stands, as a share of the canvas. */
  share = $state(0.5);
  /** A blink shows the picture as it was. */
  flipped = $state(false);
  #wanted = $state<Against>("picture");
  #laid = $state.raw<{ readonly hash: string; readonly shown: Shown } | null>(null);
  #heat = $state.raw<{ readonly before: Shown; readonly after: Shown; readonly heat: Heat } | null>(null);

  constructor(private readonly studio: Studio) {}

  #round = $derived.by(() => {
    const { tree, round } = this.studio;
    return tree && round ? roundOf(tree, round) : null;
  });

  /** What this candidate can be held against. */
  choices = $derived.by((): readonly Against[] => (["picture", "faces"] as const).filter((against) => this.#beforeOf(against)));
  against = $derived<Against>(this.choices.includes(this.#wanted) ? this.#wanted : (this.choices[0] ?? "picture"));
  subject = $derived<Before | null>(this.#beforeOf(this.against));

  after = $derived.by(() => this.studio.candidate);
  /** The picture as it was, once it is here. */
  before = $derived(this.#laid && this.#laid.hash === this.subject?.hash ? this.#laid.shown : null);
  /** They are compared just now. */
  on = $derived(this.way !== null && this.after !== null && this.before !== null);
  sameSize = $derived(
    this.before?.levels.size.width === this.after?.levels.size.width &&
      this.before?.levels.size.height === this.after?.levels.size.height,
  );
  heat = $derived(this.#heat && this.#heat.before === this.before && this.#heat.after === this.after ? this.#heat.heat : null);

  choose(against: Against): void {
    this.#wanted = against;
  }

  /** Compares this way, or no longer. */
  toggle(way: Comparison): void {
    this.way = this.way === way ? null : way;
    this.flipped = false;
  }

  /** Brings the picture as it was, where it is wanted. */
  async lay(): Promise<void> {
    const hash = this.subject?.hash;
    if (!hash || this.#laid?.hash === hash) return;
    const { document, shown: here } = this.studio;
    const laid = here && document.picture?.hash === hash ? here : await shown(await picture(fileUrl(hash)));
    if (this.subject?.hash === hash) this.#laid = { hash, shown: laid };
  }

  /** Works out where the two differ. */
  async measure(): Promise<void> {
    const { before, after } = this;
    if (this.way !== "difference" || !before || !after || !this.sameSize || this.heat) return;
    const heat = await heatOf(before, after);
    if (before === this.before && after === this.after) this.#heat = { before, after, heat };
  }

  #beforeOf(against: Against): Before | null {
    const { tree } = this.studio;
    return tree && this.#round && this.studio.chosen ? beforeOf(tree, this.#round, this.studio.chosen, against) : null;
  }
}

export const comparing = new Comparing(studio);
