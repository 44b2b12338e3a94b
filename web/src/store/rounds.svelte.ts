/** Pictures that are opened, the tree of rounds, and the candidates of the round one looks at. */

import { call, fileUrl, picture as fetchedPicture, sendFile } from "../api";
import type { AtValue, CandidateValue, GrownTree, RoundValue } from "../api-types";
import { NO_SIDES } from "../boxes";
import type { Settings } from "../changes";
import { begun } from "../history";
import { type Shown, shown } from "../pictures";
import { Masks, layer } from "./masks.svelte";

export class Rounds extends Masks {
  tree = $state.raw<GrownTree | null>(null);
  /** The candidate that lies on the canvas: what is painted next begins from it. Null: the picture itself. */
  at = $state.raw<AtValue | null>(null);
  candidates = $state.raw<readonly CandidateValue[]>([]);
  round = $state<string | null>(null);
  /** The number of the candidate that is laid into the picture, and the candidate as pixels. */
  showing = $state<number | null>(null);
  candidate = $state.raw<Shown | null>(null);

  /** Sends a picture to the server and goes on with it; its settings come along. Masks stay where the size is the same. */
  async open(file: Blob, name = "picture.png"): Promise<void> {
    await this.try(async () => {
      const sent = await sendFile(file, name);
      const opened = await call("POST /api/v1/pictures", { body: { file: sent.hash, name } });
      await this.enter(opened.id, opened.at);
      if (sent.settings) this.set(withoutPlaces(sent.settings));
    });
  }

  /** Shows a candidate of the tree, or the picture itself; what is painted next begins there. */
  async goTo(round: string | null, number = 0): Promise<void> {
    const tree = this.tree;
    if (!tree) return;
    const at = round ? { round, number } : null;
    await this.try(async () => {
      await call("PUT /api/v1/pictures/{id}/at", { path: { id: tree.id }, body: { at } });
      await this.enter(tree.id, at);
    });
  }

  /** Takes a kept candidate back, or keeps it again. */
  async step(way: "undo" | "redo"): Promise<void> {
    const tree = this.tree;
    if (!tree) return;
    await this.try(async () => {
      const { at } = await call(`POST /api/v1/pictures/{id}/${way}`, { path: { id: tree.id } });
      await this.enter(tree.id, at);
    });
  }

  async show(number: number | null): Promise<void> {
    this.showing = number;
    const file = number === null ? null : this.candidates[number]?.file;
    const next = file ? await shown(await fetchedPicture(fileUrl(file))) : null;
    if (this.showing === number) this.candidate = next;
  }

  /** The candidate that is shown becomes the picture of the next round. */
  async keep(): Promise<void> {
    if (this.round !== null && this.showing !== null) await this.goTo(this.round, this.showing);
  }

  protected async enter(id: string, at: AtValue | null): Promise<void> {
    const tree = await call("GET /api/v1/pictures/{id}", { path: { id }, query: {} });
    const hash = hashAt(tree, at);
    this.tree = tree;
    this.at = at;
    if (!hash) return;
    const info = await call("GET /api/v1/files/{hash}/info", { path: { hash } });
    await this.lay(hash, info.alpha);
    this.lookAt(at?.round ?? null);
    this.changed();
  }

  /** Lays out the candidates of a round of this tree; none for null. */
  lookAt(round: string | null): void {
    const found = this.tree && round ? roundOf(this.tree, round) : null;
    this.round = found?.id ?? null;
    this.candidates = found?.candidates ?? [];
  }

  /** Lays a picture of the server on the canvas. */
  protected async lay(hash: string, alpha: boolean): Promise<void> {
    const next = await shown(await fetchedPicture(fileUrl(hash)), alpha);
    const same = this.size && this.size.width === next.levels.size.width && this.size.height === next.levels.size.height;
    this.shown = next;
    this.candidate = null;
    this.showing = null;
    const picture = { hash, size: next.levels.size };
    const masks = same && this.document.masks.length ? this.document.masks : [layer("mask 1")];
    const { document } = this;
    this.history = begun({ ...document, picture, masks, crop: null, extend: NO_SIDES, sketch: { on: true, strokes: [] } });
    this.layer = masks[0]?.id ?? null;
  }

  /** Takes over the round that a job has made; its first candidate is laid into the picture where that is wanted. */
  protected async made(round: string, tree: string, laid: boolean): Promise<void> {
    if (this.tree && this.tree.id !== tree) return; // another picture was opened meanwhile; it is in the other's tree
    const path = { path: { id: tree } };
    // A new round takes the server's eye; here the picture it began from stays until one of its candidates is kept.
    await call("PUT /api/v1/pictures/{id}/at", { ...path, body: { at: this.at } });
    this.tree = await call("GET /api/v1/pictures/{id}", { ...path, query: {} });
    this.lookAt(round);
    const { candidates } = this;
    if (candidates.length && laid) await this.show(0);
    this.said = `${candidates.length} candidates`;
  }
}

const hashAt = (tree: GrownTree, at: AtValue | null): string | null => {
  if (!at) return tree.root;
  return roundOf(tree, at.round)?.candidates[at.number]?.file ?? tree.root;
};

export const roundOf = (tree: GrownTree, id: string): RoundValue | null => tree.all_rounds.find((round) => round.id === id) ?? null;

/** What a picture's text says, without where its own picture and mask lay. */
const withoutPlaces = ({ images: _, mask: __, width: ___, height: ____, ...rest }: Readonly<Record<string, unknown>>): Settings => rest;
