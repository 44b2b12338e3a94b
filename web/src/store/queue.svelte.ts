/** What is asked of the server, and the jobs that are waited for. */

import { call } from "../api";
import type { AtValue, Request } from "../api-types";
import { sketchedFile } from "../pictures";
import { Run } from "../run.svelte";
import { Arrivals } from "./arrivals.svelte";
import { type Place, placeOf, settingsOf } from "./place";
import { Sent } from "./sent";

/** So many jobs are listened to at once. */
const HEARD = 2;

export class Queue extends Arrivals {
  /** Jobs that have not ended, in their order. */
  runs = $state.raw<readonly Run[]>([]);
  /** The foremost of them, else the one that ended last. */
  run = $state.raw<Run | null>(null);
  busy = $derived(this.runs.length > 0);

  readonly #mask = new Sent("mask.png");
  readonly #sketch = new Sent("picture.png");

  /** Queues what is set and masked at this moment, whatever is painted after. */
  async generate(): Promise<void> {
    if (this.readOnly || !this.ready) return;
    const { place } = this;
    const from = this.tree && { tree: this.tree.id, parent: this.at };
    const asked = this.request();
    await this.try(async () => {
      const request = await asked;
      const body = { request, ...from };
      this.watch((await call("POST /api/v1/jobs", { body })).id, request.prompt, place);
    });
  }

  /** Where a job would paint; null without a picture. */
  place = $derived.by((): Place | null => {
    const { document, size, settings, repainted: mask } = this;
    if (!document.picture || !size) return null;
    const { picture, extend: sides, masks: layers } = document;
    return { picture: picture.hash, size, layers, mask, sides, ...settingsOf(settings) };
  });

  watch(id: string, prompt = "", place: Place | null = null): void {
    this.#hold([...this.runs, new Run(id, prompt, place, (run) => void this.#painted(run))]);
  }

  /** Goes on watching jobs of before a reload; those that the server has forgotten are left. */
  protected async resume(ids: readonly string[]): Promise<void> {
    const watched = new Set(this.runs.map(({ id }) => id));
    for (const id of ids.filter((each) => !watched.has(each))) {
      const job = await call("GET /api/v1/jobs/{id}", { path: { id } }).catch(() => null);
      if (job) this.watch(id, job.request.prompt, this.size && (await placeOf(job.request, this.size).catch(() => null)));
    }
  }

  /** The server was away and may have been started anew: what it tells now holds. */
  protected async catchUp(): Promise<void> {
    for (const run of this.runs) run.listenAgain();
    await this.look();
  }

  /** Ends the foremost job, or another: at once while it waits or loads, with its pictures as they are while it paints. */
  async end(way: "interrupt" | "skip", run = this.run): Promise<void> {
    if (!run || run.over) return;
    const path = { path: { id: run.id } };
    await this.try(async () => {
      if (way === "skip") await call("POST /api/v1/jobs/{id}/skip", path);
      else if (run.phase === "painting") await call("POST /api/v1/jobs/{id}/stop", path);
      else await this.#cancel(run);
    });
  }

  async #cancel(run: Run): Promise<void> {
    await call("DELETE /api/v1/jobs/{id}", { path: { id: run.id } });
    run.cancelled();
    this.#hold(this.runs.filter((other) => other !== run));
  }

  /** The request as it stands. All it needs is taken down before the first wait. */
  request(): Promise<Request> {
    const { document } = this;
    const { left, top, right, bottom } = document.extend;
    const extend = [left, top, right, bottom];
    const picture = document.picture && this.#pictureSent();
    const mask = this.masked ? this.#maskSent() : null;
    const made = async (): Promise<Request> => ({
      ...(document.settings as Request),
      ...(picture && { images: [await picture] }),
      ...(mask && { mask: await mask }),
      ...(extend.some(Boolean) && { extend: extend as unknown as NonNullable<Request["extend"]> }),
    });
    return made();
  }

  #pictureSent(): Promise<string> {
    const { sketch, shown, document } = this;
    if (!sketch || !shown) return Promise.resolve(document.picture!.hash);
    return this.#sketch.hash([shown, document.sketch.strokes], () => sketchedFile(shown, sketch));
  }

  /** Fill by colour and mask from alpha look at the picture: the same edits on another are another mask. */
  #maskSent(): Promise<string> {
    const edits = this.document.masks.filter(({ on }) => on).map((mask) => mask.edits);
    return this.#mask.hash([this.shown, ...edits], this.saveMask);
  }

  #hold(runs: readonly Run[]): void {
    this.runs = runs;
    this.run = runs[0] ?? this.run;
    for (const run of runs.slice(0, HEARD)) run.listen();
    this.changed();
  }

  async #painted(run: Run): Promise<void> {
    if (!run.over || !this.runs.includes(run)) return;
    if (run.phase === "failed") this.fault = run.fault;
    this.#hold(this.runs.filter((other) => other !== run));
    const { round, tree } = run.job ?? {};
    // Who paints the next mask meanwhile is not disturbed.
    const { picture, layers } = run.place ?? {};
    const still = (picture ?? this.document.picture?.hash) === this.document.picture?.hash;
    const undrawn = (layers ?? this.document.masks) === this.document.masks;
    if (round && tree) await this.made(round, tree, still && undrawn);
    this.changed();
  }

  protected override async enter(id: string, at: AtValue | null): Promise<void> {
    await super.enter(id, at);
    if (!this.busy) this.run = null;
  }
}
