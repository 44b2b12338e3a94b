/** Pictures that are opened, the tree of rounds, and the candidates of the round one looks at. */

import { call, fileUrl, picture as fetchedPicture, sendFile } from "../api";
import type { CandidateValue, GrownTree, RoundValue } from "../api-types";
import { NO_SIDES } from "../boxes";
import type { Settings } from "../changes";
import { begun } from "../history";
import { type Shown, shown } from "../pictures";
import { Masks, layer } from "./masks.svelte";

export class Rounds extends Masks {
  tree = $state.raw<GrownTree | null>(null);
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
      await this.enter(opened.id);
      if (sent.settings) this.set(withoutPlaces(sent.settings));
    });
  }

  /** Shows a candidate of the tree, or the picture itself; what is painted next begins there. */
  async goTo(round: string | null, number = 0): Promise<void> {
    const tree = this.tree;
    if (!tree) return;
    await this.try(async () => {
      await call("PUT /api/v1/pictures/{id}/at", { path: { id: tree.id }, body: { at: round ? { round, number } : null } });
      await this.enter(tree.id);
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

  protected async enter(id: string): Promise<void> {
    this.tree = await call("GET /api/v1/pictures/{id}", { path: { id }, query: {} });
    const hash = hashAt(this.tree);
    if (!hash) return;
    const info = await call("GET /api/v1/files/{hash}/info", { path: { hash } });
    await this.lay(hash, info.alpha);
    const round = this.tree.at ? roundOf(this.tree, this.tree.at.round) : null;
    this.candidates = round?.candidates ?? [];
    this.round = round?.id ?? null;
    this.changed();
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

  /** Takes over the round that a job has made. */
  protected async made(round: string, tree: string): Promise<void> {
    const { candidates } = await call("GET /api/v1/rounds/{id}", { path: { id: round } });
    this.round = round;
    this.candidates = candidates;
    this.tree = await call("GET /api/v1/pictures/{id}", { path: { id: tree }, query: {} });
    if (candidates.length) await this.show(0);
    this.said = `${candidates.length} candidates`;
  }
}

const hashAt = (tree: GrownTree): string | null => {
  const { at } = tree;
  if (!at) return tree.root;
  return roundOf(tree, at.round)?.candidates[at.number]?.file ?? tree.root;
};

export const roundOf = (tree: GrownTree, id: string): RoundValue | null => tree.all_rounds.find((round) => round.id === id) ?? null;

/** What a picture's text says, without where its own picture and mask lay. */
const withoutPlaces = ({ images: _, mask: __, width: ___, height: ____, ...rest }: Readonly<Record<string, unknown>>): Settings => rest;
