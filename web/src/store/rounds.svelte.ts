/** Pictures that are opened, the tree of rounds, and the candidates of the round one looks at. */

import { call, fileUrl, picture as fetchedPicture, pngUrl } from "../api";
import type { AtValue, CandidateValue, GrownTree, RoundValue } from "../api-types";
import { type PictureRef, type Settings, applied, pictureChange } from "../changes";
import { adopted } from "../grids/axes";
import { type History, begun, did } from "../history";
import { type Shown, shown } from "../pictures";
import { beganWith, numbered } from "../rounds/family";
import { t } from "../texts";
import type { MaskLayer, Size } from "../words";
import { Masks, freshMasks } from "./masks.svelte";
import { valueOf } from "./sitting.svelte";

export class Rounds extends Masks {
  tree = $state.raw<GrownTree | null>(null);
  /** The candidate that lies on the canvas: what is painted next begins from it. Null: the picture itself. */
  at = $derived<AtValue | null>(this.document.picture?.at ?? null);
  candidates = $state.raw<readonly CandidateValue[]>([]);
  round = $state<string | null>(null);
  /** The number of the candidate that is laid into the picture, and the candidate as pixels. */
  showing = $state<number | null>(null);
  candidate = $state.raw<Shown | null>(null);
  /** What is known of it. */
  chosen = $derived<CandidateValue | null>(numbered(this.candidates, this.showing));

  /** Puts the picture away: what is asked for next is painted from words alone, as large as that was. */
  async blank(): Promise<void> {
    await this.inTurn(async () => {
      const { size } = this;
      const { id } = await call("POST /api/v1/pictures", { body: {} });
      await this.enter(id, null);
      if (size) this.set({ width: cells(size.width), height: cells(size.height) });
    });
  }

  /** The empty canvas. `on`: as a further step of what was done before. */
  #clear(on: boolean): void {
    const change = pictureChange(this.document, null, []);
    this.#lie(null, on ? did(this.history, change) : begun(applied(this.document, change)));
    this.lookAt(null);
  }

  /** Shows a candidate of the tree, or the picture itself; what is painted next begins there. */
  goTo(round: string | null, number = 0): Promise<void> {
    return this.inTurn(() => this.layAt(round ? { round, number } : null));
  }

  protected async layAt(at: AtValue | null): Promise<void> {
    const { tree, readOnly } = this;
    if (!tree || readOnly) return;
    await call("PUT /api/v1/pictures/{id}/at", { path: { id: tree.id }, body: { at } });
    await this.enter(tree.id, at);
  }

  /** Goes on with another picture of the server's, where one was. */
  async visit(id: string): Promise<void> {
    await this.inTurn(async () => {
      const { at } = await call("GET /api/v1/pictures/{id}", { path: { id }, query: {} });
      await this.enter(id, at);
    });
  }

  /** Takes a kept candidate back, or keeps it again. */
  async step(way: "undo" | "redo"): Promise<void> {
    await this.inTurn(async () => {
      const { tree, readOnly } = this;
      if (!tree || readOnly) return;
      const { at } = await call(`POST /api/v1/pictures/{id}/${way}`, { path: { id: tree.id } });
      await this.enter(tree.id, at);
    });
  }

  async show(number: number | null): Promise<void> {
    if (number !== null && !numbered(this.candidates, number)) return;
    this.showing = number;
    const { chosen } = this;
    const next = chosen && (await shown(await fetchedPicture(fileUrl(chosen.file))));
    if (this.showing === number) this.candidate = next;
  }

  /** The candidate that is shown becomes the picture of the next round. */
  async keep(): Promise<void> {
    if (this.round !== null && this.showing !== null) await this.goTo(this.round, this.showing);
  }

  /** Lays a picture of a tree on the canvas: one of the same tree is a step that can be undone, another begins anew. */
  protected async enter(id: string, at: AtValue | null): Promise<void> {
    const same = this.tree?.id === id;
    const tree = await call("GET /api/v1/pictures/{id}", { path: { id }, query: {} });
    const hash = hashAt(tree, at);
    const words = hash ? null : beganWith(tree, this.at);
    if (!hash) {
      this.tree = tree;
      this.#clear(same);
      if (words) this.set(saidIn(words.request, this.settings));
      return this.changed();
    }
    const { alpha } = await call("GET /api/v1/files/{hash}/info", { path: { hash } });
    await this.lay(hash, alpha, at, same);
    this.tree = tree;
    this.lookAt(at?.round ?? null);
    this.changed();
  }

  /** Looks at the tree again: rounds may have been added, or thrown away. */
  async look(): Promise<void> {
    if (!this.tree) return;
    this.tree = await call("GET /api/v1/pictures/{id}", { path: { id: this.tree.id }, query: {} });
    if (this.round) this.lookAt(this.round);
  }

  /** Lays out the candidates of a round of this tree; none for null. */
  lookAt(round: string | null): void {
    const found = this.tree && round ? roundOf(this.tree, round) : null;
    this.round = found?.id ?? null;
    this.candidates = found?.candidates ?? [];
  }

  /** Lays a picture of the server on the canvas, and the masks over it. `on`: as a further step of what was done before. */
  protected async lay(hash: string, transparent: boolean, at: AtValue | null, on: boolean): Promise<void> {
    const next = await shownAt(hash, transparent);
    const kept = await this.#keptMasks(next.levels.size, on);
    const { document } = this;
    const masks = kept.length ? kept : freshMasks();
    const change = pictureChange(document, { hash, size: next.levels.size, transparent, at }, masks);
    this.#lie(next, on ? did(this.history, change) : begun(applied(document, change)));
    if (!masks.some(({ id }) => id === this.layer)) this.layer = masks[0]!.id;
    if (!document.picture && document.settings.width) this.set({ width: undefined, height: undefined }); // a picture says its own size
  }

  /** Masks for a picture of this size: those of another size are stretched to another picture, but not to what this one grew into. */
  async #keptMasks(to: Size, on: boolean): Promise<readonly MaskLayer[]> {
    if (!this.size) return [];
    if (sameSize(this.size, to)) return this.settledMasks();
    return on || !this.masked ? [] : this.stretchedMasks(to);
  }

  /** The picture and the history that belongs to it change together. */
  #lie(picture: Shown | null, history: History): void {
    this.shown = picture;
    this.candidate = null;
    this.showing = null;
    this.history = history;
  }

  /** A picture of the server as it was left, with what was done to it. */
  protected async reenter(id: string, history: History): Promise<void> {
    const tree = await call("GET /api/v1/pictures/{id}", { path: { id }, query: {} });
    const laid = await shownOf(history.document.picture);
    this.tree = tree;
    this.#lie(laid, history);
  }

  /** A step back over a candidate that was kept brings the picture before. */
  protected override turn(history: History): void {
    const picture = history.document.picture;
    if (picture?.hash === this.document.picture?.hash) super.turn(history);
    else void this.try(() => this.#turnTo(history, picture));
  }

  async #turnTo(history: History, picture: PictureRef | null): Promise<void> {
    const from = this.history;
    const next = await shownOf(picture);
    if (this.history !== from) return; // something else was done meanwhile
    this.#lie(next, history);
    if (this.tree) await call("PUT /api/v1/pictures/{id}/at", { path: { id: this.tree.id }, body: { at: this.at } });
    this.changed();
  }

  /** Takes over the round that a job has made; its first candidate is laid into the picture where that is wanted. */
  async made(round: string, tree: string, laid: boolean): Promise<void> {
    if (this.tree && this.tree.id !== tree) return; // another picture was opened meanwhile; it is in the other's tree
    const path = { path: { id: tree } };
    if (!this.document.picture) return this.enter(tree, { round, number: 0 });
    // A new round takes the server's eye; here the picture it began from stays until one of its candidates is kept.
    await call("PUT /api/v1/pictures/{id}/at", { ...path, body: { at: this.at } });
    this.tree = await call("GET /api/v1/pictures/{id}", { ...path, query: {} });
    this.lookAt(round);
    const { candidates } = this;
    if (candidates.length && laid) await this.show(candidates[0]!.number);
    this.said = t("candidatesMade", { count: candidates.length });
  }
}

/** The nearest side that a picture can be painted at. */
const cells = (side: number): number => Math.min(2048, Math.max(64, Math.round(side / 8) * 8));

const shownOf = async (picture: PictureRef | null): Promise<Shown | null> =>
  picture && shownAt(picture.hash, picture.transparent);

/** A picture of the server's. What a browser cannot read, such as TIFF, is asked for as PNG. */
async function shownAt(hash: string, transparent = false): Promise<Shown> {
  const file = await fetchedPicture(fileUrl(hash));
  return shown(file, transparent).catch(async () => shown(await fetchedPicture(pngUrl(hash)), transparent));
}

export const sameSize = (one: Size | null, other: Size | null): boolean => one?.width === other?.width && one?.height === other?.height;

const hashAt = (tree: GrownTree, at: AtValue | null): string | null => {
  if (!at) return tree.root;
  return numbered(roundOf(tree, at.round)?.candidates ?? [], at.number)?.file ?? tree.root;
};

export const roundOf = (tree: GrownTree, id: string): RoundValue | null => tree.all_rounds.find((round) => round.id === id) ?? null;

/** What a round asked for and is not set; the next is to be another, so not its seeds. */
function saidIn({ seed: _, variation_seed: __, ...request }: RoundValue["request"], settings: Settings): Settings {
  return adopted(request, (name) => valueOf(settings, name));
}
