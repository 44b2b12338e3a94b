/** A job that is watched: how far it is, what it looks like, what came of it. */

import { bytesOf } from "./amounts";
import { ApiError, type JobEvent, call, listen } from "./api";
import type { Fault, JobValue } from "./api-types";
import type { Place } from "./store/place";
import { t } from "./texts";
import type { Size } from "./words";

export type Phase = "waiting" | "loading" | "preparing" | "painting" | "done" | "failed" | "cancelled";

export class Run {
  phase = $state<Phase>("waiting");
  text = $state("");
  step = $state(0);
  steps = $state(0);
  batch = $state(1);
  batches = $state(1);
  timeLeft = $state<number | null>(null);
  /** The size it is worked on at, once it has started. */
  working = $state.raw<Size | null>(null);
  previews = $state.raw<readonly string[]>([]);
  job = $state.raw<JobValue | null>(null);
  fault = $state.raw<Fault | null>(null);
  warnings = $state.raw<readonly string[]>([]);

  #stop: (() => void) | null = null;

  /**
   * prompt   what is asked for
   * place    where it paints; null for one that was found again and of which that is not known
   * painted  is told of every new picture and of the end
   */
  constructor(
    readonly id: string,
    readonly prompt: string,
    readonly place: Place | null,
    private readonly painted: (run: Run) => void,
  ) {}

  /** Hears every event from the first on. Each listener holds a connection, of which a browser has few: the foremost jobs listen. */
  listen(): void {
    this.#stop ??= listen(this.id, (event) => void this.#hear(event), () => void this.#look());
  }

  /** From the first on once more, after the server was away. */
  listenAgain(): void {
    if (this.over) return void this.#look(); // it ended while nobody could say what came of it
    if (!this.#stop) return;
    this.leave();
    this.#stop = null;
    this.listen();
  }

  get over(): boolean {
    return this.phase === "done" || this.phase === "failed" || this.phase === "cancelled";
  }

  get share(): number {
    const all = this.steps * this.batches;
    return this.phase === "done" ? 1 : all ? ((this.batch - 1) * this.steps + this.step) / all : 0;
  }

  leave(): void {
    this.#stop?.();
  }

  /** It ended before it was listened to. */
  cancelled(): void {
    this.phase = "cancelled";
    this.leave();
  }

  async #hear(event: JobEvent): Promise<void> {
    const rule = HEARD[event.kind ?? "queued"] as (run: Run, event: JobEvent) => void;
    rule(this, event);
    if (event.kind === "painted" || this.over) await this.#look();
  }

  async #look(): Promise<void> {
    try {
      this.job = await call("GET /api/v1/jobs/{id}", { path: { id: this.id } });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.fault.code === "away") return;
      this.#lost(error.fault);
    }
    this.painted(this);
  }

  /** A server that was started anew knows nothing of the jobs before: pictures that were done are in their round. */
  #lost({ code }: Fault): void {
    this.phase = "failed";
    this.fault = { code, message: t("lost"), hint: t("lost.hint") };
  }
}

type Kind = NonNullable<JobEvent["kind"]>;
type Of<K extends Kind> = Extract<JobEvent, { kind: K }>;

const HEARD: { readonly [K in Kind]: (run: Run, event: Of<K>) => void } = {
  queued: (run, { position, time_left }) => {
    run.phase = "waiting";
    run.text = String(position);
    run.timeLeft = time_left;
  },
  loading: (run, { checkpoint, done, total }) => {
    run.phase = "loading";
    run.text = `${checkpoint}, ${bytesOf(done, total)}`;
  },
  preparing: (run, { what }) => {
    run.phase = "preparing";
    run.text = what;
  },
  started: (run, { batches, steps, working }) => {
    run.phase = "painting";
    run.working = working;
    run.batches = batches;
    run.steps = steps;
  },
  stepped: (run, { batch, step, time_left, previews }) => {
    run.phase = "painting";
    run.batch = batch;
    run.step = step;
    run.timeLeft = time_left;
    if (previews.length) run.previews = previews;
  },
  painted: () => {},
  retried: (run) => {
    run.phase = "waiting";
    run.step = 0;
  },
  finished: (run, { warnings }) => {
    run.phase = "done";
    run.warnings = warnings;
  },
  failed: (run, { code, message, hint }) => {
    run.phase = "failed";
    run.fault = { code, message, hint };
  },
  cancelled: (run) => {
    run.phase = "cancelled";
  },
};
