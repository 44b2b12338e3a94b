/** What is asked of the server, and the jobs that are waited for. */

import { ApiError, call } from "../api";
import type { AtValue, JobValue, Request } from "../api-types";
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

  /** Ended, and their rounds are still on their way to the canvas. */
  #landing: readonly string[] = [];
  /** Of before a reload, or of while the server was away: still to be asked for. */
  #due: readonly string[] = [];
  /** By the server's clock: no job that was put in the queue before is one that a page was left for. */
  protected newest = 0;
  /** So many jobs are being asked for; and one was, and no answer came. */
  #asked = 0;
  #unanswered = false;

  /** A job may be in the queue of which nobody here knows. */
  protected get asking(): boolean {
    return this.#asked > 0 || this.#unanswered;
  }

  /** The jobs to be found again after a reload at this moment. */
  protected get jobs(): readonly string[] {
    return [...this.#landing, ...this.runs.map(({ id }) => id), ...this.#due];
  }

  /** Queues what is set and masked at this moment, whatever is painted after. */
  async generate(): Promise<void> {
    if (this.readOnly || !this.ready) return;
    const { place } = this;
    const from = this.tree && { tree: this.tree.id, parent: this.at };
    const asked = this.request();
    await this.try(async () => {
      const body = { request: await asked, ...from };
      this.watch(await this.#asking(call("POST /api/v1/jobs", { body })), place);
    });
  }

  /** A page that is left gives up what it asks for, which the server may have heard. */
  async #asking(job: Promise<JobValue>): Promise<JobValue> {
    this.newest = Math.max(this.newest, ...(this.tree?.all_rounds ?? []).map(({ created }) => created));
    this.#asked += 1;
    this.changed();
    const told = await job.catch(refusal);
    this.#asked -= 1;
    this.#unanswered ||= isAway(told);
    if ("id" in told) return told;
    throw told;
  }

  /** Where a job would paint; null without a picture. */
  place = $derived.by((): Place | null => {
    const { document, size, settings, repainted: mask } = this;
    if (!document.picture || !size) return null;
    const { picture, extend: sides, masks: layers } = document;
    return { picture: picture.hash, size, layers, mask, sides, ...settingsOf(settings) };
  });

  watch({ id, request, created }: JobValue, place: Place | null = null): void {
    this.newest = Math.max(this.newest, created);
    this.#due = this.#due.filter((each) => each !== id);
    this.#hold([...this.runs, new Run(id, request.prompt ?? "", place, (run) => void this.#painted(run))]);
  }

  /** Goes on watching jobs of before a reload; those that the server has forgotten are left. */
  protected async resume(ids: readonly string[]): Promise<void> {
    const known = new Set(this.jobs);
    this.#due = [...this.#due, ...ids.filter((id) => !known.has(id))];
    for (const id of this.#due) {
      const job = await call("GET /api/v1/jobs/{id}", { path: { id } }).catch(refusal);
      const place = "id" in job && this.size ? await placeOf(job.request, this.size).catch(() => null) : null;
      if (!this.#due.includes(id)) continue; // it was asked for twice at once
      if ("id" in job) this.watch(job, place);
      else if (!isAway(job)) this.#due = this.#due.filter((each) => each !== id);
    }
  }

  /** Watches what was asked for last, where a page was left before it was answered: jobs of this picture that came after `since`. */
  protected async seek(since = this.newest): Promise<void> {
    this.#unanswered = true;
    const jobs = await call("GET /api/v1/jobs", { query: {} }).catch(refusal);
    if (jobs instanceof ApiError) return;
    const missed = jobs.filter(({ task, tree, created }) => task === "paint" && tree === this.tree?.id && created > since);
    await this.resume(missed.sort((one, other) => one.created - other.created).map(({ id }) => id));
    this.#unanswered = false;
    this.changed();
  }

  /** The server was away and may have been started anew: what it tells now holds. */
  protected async catchUp(): Promise<void> {
    for (const run of this.runs) run.listenAgain();
    await this.look();
    await this.resume([]);
    if (this.#unanswered) await this.seek();
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
    this.#landing = [...this.#landing, run.id];
    this.#hold(this.runs.filter((other) => other !== run));
    const { round, tree } = run.job ?? {};
    // Who paints the next mask meanwhile is not disturbed.
    const { picture, layers } = run.place ?? {};
    const still = (picture ?? this.document.picture?.hash) === this.document.picture?.hash;
    const undrawn = (layers ?? this.document.masks) === this.document.masks;
    const made = round && tree ? await this.made(round, tree, still && undrawn).catch(refusal) : null;
    this.#landing = this.#landing.filter((id) => id !== run.id);
    if (made) {
      this.fault = made.fault;
      this.#due = [...this.#due, run.id];
    }
    this.changed();
  }

  protected override async enter(id: string, at: AtValue | null): Promise<void> {
    await super.enter(id, at);
    if (!this.busy) this.run = null;
  }
}

const isAway = (told: object): boolean => told instanceof ApiError && told.fault.code === "away";

/** What the server refused, as a value; whatever else went wrong goes on. */
function refusal(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  throw error;
}
