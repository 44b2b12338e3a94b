/** The one store: the sitting as it is, and what a person can do with it. */

import { ApiError, call, fileUrl, picture as fetchedPicture, sendFile } from "./api";
import type {
  CandidateValue,
  CheckpointValue,
  Fault,
  ForecastValue,
  GrownTree,
  ModelValue,
  PromptValue,
  Request,
  RoundValue,
} from "./api-types";
import { type Kept, restored, save } from "./autosave";
import { NO_SIDES, whole } from "./boxes";
import { type Change, type Document, type Settings, fieldsChange, maskChange, settingsChange } from "./changes";
import { FIELDS } from "./fields";
import { begun, did, redid, undid } from "./history";
import { pixelsEdit } from "./mask";
import { valuesOf } from "./mask/measures";
import { type Snapshots, snapshots } from "./mask/snapshots";
import type { MaskPixels } from "./mask/tiles";
import { type Shown, maskFile, samplesOf, shown, sketchedFile } from "./pictures";
import { Run } from "./run.svelte";
import { sketchOf } from "./sketch";
import { FIRST_OPTIONS } from "./tools/options";
import type { ToolKey, ToolOptions } from "./tools/tool";
import type { MaskEdit, MaskLayer, Samples, Size } from "./words";

const layer = (name: string): MaskLayer => ({ id: crypto.randomUUID(), name, on: true, edits: [] });

const EMPTY: Document = {
  picture: null,
  extend: NO_SIDES,
  crop: null,
  masks: [],
  sketch: { on: true, strokes: [] },
  settings: { area: "only masked", batch_size: 4 },
};

/** A setting's value, or what holds where nothing is said. */
export const valueOf = <K extends keyof typeof FIELDS>(settings: Settings, key: K): unknown =>
  settings[key] === undefined ? FIELDS[key].default : settings[key];

export class Studio {
  history = $state.raw(begun(EMPTY));
  document = $derived(this.history.document);
  settings = $derived(this.document.settings);

  shown = $state.raw<Shown | null>(null);
  tool = $state<ToolKey>("brush");
  options = $state.raw<ToolOptions>(FIRST_OPTIONS);
  layer = $state<string | null>(null);
  maskVisible = $state(true);

  tree = $state.raw<GrownTree | null>(null);
  run = $state.raw<Run | null>(null);
  candidates = $state.raw<readonly CandidateValue[]>([]);
  round = $state<string | null>(null);
  showing = $state<number | null>(null);
  candidate = $state.raw<Shown | null>(null);

  checkpoints = $state.raw<readonly CheckpointValue[]>([]);
  vaes = $state.raw<readonly ModelValue[]>([]);
  loras = $state.raw<readonly ModelValue[]>([]);
  forecast = $state.raw<ForecastValue | null>(null);
  /** Both prompts as the server reads them. */
  reading = $state.raw<PromptValue | null>(null);
  fault = $state.raw<Fault | null>(null);
  said = $state("");

  #snapshots = new Map<string, { of: Shown; kept: Snapshots }>();
  #samples: { of: Shown; samples: Samples } | null = null;
  #sent: { edits: readonly unknown[]; hash: string } | null = null;
  #saving = 0;

  size = $derived<Size | null>(this.shown?.levels.size ?? null);
  active = $derived(this.document.masks.find(({ id }) => id === this.layer) ?? this.document.masks[0] ?? null);
  /** The masks that are on, as pixels. */
  masks = $derived<readonly MaskPixels[]>(this.document.masks.filter(({ on }) => on).map((mask) => this.pixelsOf(mask)));
  sketch = $derived(
    this.size && this.document.sketch.on && this.document.sketch.strokes.length
      ? sketchOf(this.size, this.document.sketch.strokes)
      : null,
  );
  masked = $derived(this.document.masks.some(({ on, edits }) => on && edits.length > 0));
  busy = $derived(this.run !== null && !this.run.over);

  // ── The document ──

  do(change: Change, drag: string | null = null): void {
    this.history = did(this.history, change, drag);
    this.#keep();
  }

  undo(): void {
    this.history = undid(this.history);
    this.#keep();
  }

  redo(): void {
    this.history = redid(this.history);
    this.#keep();
  }

  set(settings: Settings, drag: string | null = null): void {
    this.do(settingsChange(this.document, settings), drag);
  }

  setFields(fields: Parameters<typeof fieldsChange>[1]): void {
    this.do(fieldsChange(this.document, fields));
  }

  setOptions(options: ToolOptions): void {
    this.options = options;
    this.#keep();
  }

  // ── Masks ──

  pixelsOf(mask: MaskLayer): MaskPixels {
    return this.#snapshotsOf(mask.id).render(mask.edits);
  }

  edit(edit: MaskEdit, pixels?: MaskPixels): void {
    const mask = this.active ?? this.addMask();
    if (pixels) this.#snapshotsOf(mask.id).adopt([...mask.edits, edit], pixels);
    this.do({ kind: "add edit", mask: mask.id, edit });
  }

  addMask(): MaskLayer {
    const added = layer(`mask ${this.document.masks.length + 1}`);
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
    const samples = samplesOf(await shown(file));
    if (!this.size || samples.size.width !== this.size.width || samples.size.height !== this.size.height) {
      const has = `${samples.size.width} × ${samples.size.height}`;
      const wants = this.size ? `${this.size.width} × ${this.size.height}` : "missing";
      this.fault = { code: "mask_size", message: `The mask is ${has} and the picture ${wants}.`, hint: "Bring both to one size." };
      return;
    }
    this.edit(pixelsEdit(whole(this.size), valuesOf(samples)));
  }

  saveMask = (): Promise<Blob> => maskFile(this.size!, this.masks);

  samples(): Samples | null {
    if (!this.shown) return null;
    if (this.#samples?.of !== this.shown) this.#samples = { of: this.shown, samples: samplesOf(this.shown) };
    return this.#samples.samples;
  }

  #snapshotsOf(id: string): Snapshots {
    const known = this.#snapshots.get(id);
    if (known && known.of === this.shown) return known.kept;
    const kept = snapshots(this.size!, this.samples());
    this.#snapshots.set(id, { of: this.shown!, kept });
    return kept;
  }

  // ── Pictures ──

  /** Sends a picture to the server and goes on with it; its settings come along. Masks stay where the size is the same. */
  async open(file: Blob, name = "picture.png"): Promise<void> {
    await this.#try(async () => {
      const sent = await sendFile(file, name);
      const opened = await call("POST /api/v1/pictures", { body: { file: sent.hash, name } });
      await this.#enter(opened.id);
      if (sent.settings) this.set(withoutPlaces(sent.settings));
    });
  }

  /** Shows a candidate of the tree, or the picture itself; what is painted next begins there. */
  async goTo(round: string | null, number = 0): Promise<void> {
    const tree = this.tree;
    if (!tree) return;
    await this.#try(async () => {
      await call("PUT /api/v1/pictures/{id}/at", { path: { id: tree.id }, body: { at: round ? { round, number } : null } });
      await this.#enter(tree.id);
    });
  }

  async #enter(id: string): Promise<void> {
    this.tree = await call("GET /api/v1/pictures/{id}", { path: { id }, query: {} });
    const hash = hashAt(this.tree);
    if (!hash) return;
    const info = await call("GET /api/v1/files/{hash}/info", { path: { hash } });
    await this.#show(hash, info.alpha);
    const round = this.tree.at ? this.tree.all_rounds.find(({ id }) => id === this.tree!.at!.round) : null;
    this.candidates = round?.candidates ?? [];
    this.round = round?.id ?? null;
    if (this.run?.over) this.run = null;
    this.#keep();
  }

  async #show(hash: string, alpha: boolean): Promise<void> {
    const next = await shown(await fetchedPicture(fileUrl(hash)), alpha);
    const same = this.size && this.size.width === next.levels.size.width && this.size.height === next.levels.size.height;
    this.shown = next;
    this.candidate = null;
    this.showing = null;
    this.#samples = null;
    const picture = { hash, size: next.levels.size };
    const masks = same && this.document.masks.length ? this.document.masks : [layer("mask 1")];
    const { document } = this;
    this.history = begun({ ...document, picture, masks, crop: null, extend: NO_SIDES, sketch: { on: true, strokes: [] } });
    this.layer = masks[0]?.id ?? null;
  }

  // ── Rounds ──

  async generate(): Promise<void> {
    await this.#try(async () => {
      const request = await this.request();
      const job = await call("POST /api/v1/jobs", {
        body: { request, previews: { kind: "linear", every: 1 }, ...(this.tree && { tree: this.tree.id, parent: this.tree.at }) },
      });
      this.watch(job.id);
    });
  }

  watch(id: string): void {
    this.run?.leave();
    this.run = new Run(id, (run) => void this.#painted(run));
    this.#keep();
  }

  async request(): Promise<Request> {
    const { document } = this;
    const { left, top, right, bottom } = document.extend;
    const extend = [left, top, right, bottom];
    return {
      ...(document.settings as Request),
      ...(document.picture && { images: [await this.#pictureSent()] }),
      ...(this.masked && { mask: await this.#maskSent() }),
      ...(extend.some(Boolean) && { extend: extend as unknown as NonNullable<Request["extend"]> }),
    };
  }

  async #pictureSent(): Promise<string> {
    if (!this.sketch || !this.shown) return this.document.picture!.hash;
    return (await sendFile(await sketchedFile(this.shown, this.sketch))).hash;
  }

  async #maskSent(): Promise<string> {
    const edits = this.document.masks.filter(({ on }) => on).map((mask) => mask.edits);
    const same = this.#sent?.edits.length === edits.length && edits.every((one, i) => one === this.#sent?.edits[i]);
    if (!same) this.#sent = { edits, hash: (await sendFile(await this.saveMask(), "mask.png")).hash };
    return this.#sent!.hash;
  }

  async #painted(run: Run): Promise<void> {
    if (run !== this.run || !run.over) return;
    if (run.phase === "failed") this.fault = run.fault;
    this.#keep();
    if (!run.job) return;
    const { round, tree } = run.job;
    if (round && tree) {
      const made = await call("GET /api/v1/rounds/{id}", { path: { id: round } });
      this.round = round;
      this.candidates = made.candidates;
      this.tree = await call("GET /api/v1/pictures/{id}", { path: { id: tree }, query: {} });
      if (made.candidates.length) await this.show(0);
      this.said = `${made.candidates.length} candidates`;
    }
    this.#keep();
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

  async end(way: "stop" | "skip" | "cancel"): Promise<void> {
    const id = this.run?.id;
    if (!id || !this.busy) return;
    const path = { path: { id } };
    await this.#try(async () => {
      if (way === "stop") await call("POST /api/v1/jobs/{id}/stop", path);
      else if (way === "skip") await call("POST /api/v1/jobs/{id}/skip", path);
      else await call("DELETE /api/v1/jobs/{id}", path);
    });
  }

  async refresh(): Promise<void> {
    await this.#try(async () => {
      [this.checkpoints, this.vaes, this.loras] = await Promise.all([
        call("GET /api/v1/checkpoints", {}),
        call("GET /api/v1/vaes", {}),
        call("GET /api/v1/loras", {}),
      ]);
    });
  }

  /** Asks what would happen. Silent where it cannot be said. */
  async foresee(): Promise<void> {
    const request = await this.request().catch(() => null);
    this.forecast = request ? await call("POST /api/v1/forecast", { body: request }).catch(() => null) : null;
  }

  async read(): Promise<void> {
    const { prompt, negative_prompt, steps } = this.settings as Request;
    const body = { ...(prompt && { prompt }), ...(negative_prompt && { negative_prompt }), ...(steps && { steps }) };
    this.reading = await call("POST /api/v1/prompt", { body }).catch(() => null);
  }

  // ── Keeping ──

  #keep(): void {
    clearTimeout(this.#saving);
    this.#saving = window.setTimeout(() => void this.saved(), 0);
  }

  saved(): Promise<void> {
    const kept: Kept = {
      document: $state.snapshot(this.document) as Document,
      options: $state.snapshot(this.options) as ToolOptions,
      tree: this.tree?.id ?? null,
      job: this.busy ? this.run!.id : null,
    };
    return save(kept);
  }

  /** As it was before the page was left; false where nothing was kept. */
  async restore(): Promise<boolean> {
    const kept = await restored().catch(() => null);
    if (!kept?.document.picture) return false;
    const { document, tree, job } = kept;
    this.options = kept.options;
    if (tree) await this.#enter(tree).catch(() => {});
    if (!this.shown) await this.#show(document.picture!.hash, false);
    this.history = begun({ ...document, picture: this.document.picture });
    this.layer = document.masks[0]?.id ?? null;
    if (job) this.watch(job);
    return true;
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.fault = null;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.fault = error.fault;
    }
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

export const studio = new Studio();
