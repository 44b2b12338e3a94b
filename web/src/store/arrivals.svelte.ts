/** Pictures that come in: another one, or a version of the one on the canvas; and what becomes of the mask. */

import { call, sendFile } from "../api";
import type { AtValue, FileValue, GrownTree } from "../api-types";
import { type Settings, masksChange } from "../changes";
import { type Shown, sampled, shown } from "../pictures";
import { FIRST_SIZE, suited } from "../tools/options";
import type { MaskLayer, Size } from "../words";
import { alike } from "./alike";
import { freshMasks } from "./masks.svelte";
import { Rounds, sameSize } from "./rounds.svelte";

/**
 * What is asked once a picture is on the canvas; painting on answers it with yes.
 *
 * mask     the mask came along; `from` is the size it was painted at
 * version  the picture was taken for a version of the one before; `file` is its hash
 */
export type Question = { readonly since: readonly MaskLayer[] } & (
  | { readonly kind: "mask"; readonly from: Size }
  | { readonly kind: "version"; readonly file: FileValue; readonly name: string }
);

/** Pictures are held against each other at this size. */
const GLANCE: Size = { width: 96, height: 96 };

export class Arrivals extends Rounds {
  /** The prompt that came with the bundled picture: the next one does not inherit it. */
  lent: string | null = null;
  #question = $state.raw<Question | null>(null);
  question = $derived(this.#question?.since === this.document.masks ? this.#question : null);

  /** Sends a picture to the server and goes on with it; its settings come along. */
  async open(file: Blob, name = "picture.png"): Promise<void> {
    await this.inTurn(async () => {
      const sent = await sendFile(file, name);
      const { tree, readOnly } = this;
      const place = tree && !readOnly ? placeOf(tree, sent.hash) : null;
      if (place) await this.layAt(place.at);
      else if (await this.#isVersion(file, sent)) await this.#version(sent, name);
      else await this.#another(sent, name);
    });
  }

  /** Answers what is asked. */
  async answer(yes: boolean): Promise<void> {
    const { question } = this;
    this.#question = null;
    if (!question || yes) return;
    if (question.kind === "mask") this.do(masksChange(this.document, freshMasks()));
    else await this.inTurn(() => this.#another(question.file, question.name));
  }

  async #isVersion(file: Blob, { width, height }: FileValue): Promise<boolean> {
    const { shown: before, tree, readOnly } = this;
    if (!before || !tree || readOnly || !sameSize(before.levels.size, { width, height })) return false;
    const after = await shown(file).catch(() => null); // of a kind that browsers do not read
    return after !== null && alike(glance(before), glance(after));
  }

  /** Mask, words and rounds stay: what is painted next begins where it would have begun. */
  async #version(sent: FileValue, name: string): Promise<void> {
    await this.lay(sent.hash, sent.alpha, this.at, true);
    this.#question = { kind: "version", file: sent, name, since: this.document.masks };
    this.changed();
  }

  async #another(sent: FileValue, name: string): Promise<void> {
    const before = this.size ?? FIRST_SIZE;
    const from = this.masked ? this.size : null;
    const opened = await call("POST /api/v1/pictures", { body: { file: sent.hash, name } });
    await this.enter(opened.id, opened.at);
    if (this.size) this.setOptions(suited(this.options, before, this.size));
    if (sent.settings) this.set(withoutPlaces(sent.settings));
    else if (this.lent && this.settings["prompt"] === this.lent) this.set({ prompt: "" });
    this.lent = null;
    this.#question = from && this.masked ? { kind: "mask", from, since: this.document.masks } : null;
  }
}

const glance = ({ levels }: Shown) => sampled(levels.all.at(-1)!.image, GLANCE);

/** Where in a tree a file lies; null where it is none of its pictures. */
function placeOf({ root, all_rounds }: GrownTree, hash: string): { readonly at: AtValue | null } | null {
  if (root === hash) return { at: null };
  for (const { id, candidates } of all_rounds) {
    const found = candidates.find(({ file }) => file === hash);
    if (found) return { at: { round: id, number: found.number } };
  }
  return null;
}

/** What a picture's text says, without where its own picture and mask lay. */
const withoutPlaces = ({ images: _, mask: __, width: ___, height: ____, ...rest }: Readonly<Record<string, unknown>>): Settings => rest;
