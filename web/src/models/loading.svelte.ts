/** A checkpoint that was chosen, on its way into memory; until it is there the old choice can be had back. */

import { bytesOf, timeLeftSaid } from "../amounts";
import { ApiError, call, listen } from "../api";
import type { Settings } from "../changes";
import { t } from "../texts";

/** What is chosen for; the store. */
export interface Chooser {
  readonly settings: Settings;
  fault: unknown;
  set: (settings: Settings) => void;
}

export interface Progress {
  readonly name: string;
  readonly done: number;
  readonly total: number;
  readonly seconds: number;
}

export class Loading {
  progress = $state.raw<Progress | null>(null);
  #job: string | null = null;
  #before: Settings = {};
  #leave: (() => void) | null = null;

  /** Chooses a checkpoint or a VAE and has it loaded; whatever was being loaded is given up. */
  async choose(chooser: Chooser, chosen: { checkpoint: string; vae: string }): Promise<void> {
    const { checkpoint, vae } = chooser.settings;
    await this.#end();
    this.#before = { checkpoint, vae };
    chooser.set(chosen);
    try {
      const { id } = await call("POST /api/v1/checkpoints/load", { body: chosen });
      this.#watch(chooser, id, chosen.checkpoint);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      chooser.fault = error.fault;
    }
  }

  async cancel(chooser: Chooser): Promise<void> {
    await this.#end();
    chooser.set(this.#before);
  }

  #watch(chooser: Chooser, id: string, name: string): void {
    const begun = performance.now();
    this.#job = id;
    this.progress = { name, done: 0, total: 0, seconds: 0 };
    const over = () => this.#job === id && this.#forget();
    this.#leave = listen(id, (event) => {
      if (this.#job !== id) return;
      if (event.kind === "loading") this.progress = { name, done: event.done, total: event.total, seconds: (performance.now() - begun) / 1000 };
      if (event.kind === "failed") chooser.fault = { code: event.code, message: event.message, hint: event.hint };
      if (event.kind === "finished" || event.kind === "failed" || event.kind === "cancelled") over();
    }, over);
  }

  async #end(): Promise<void> {
    const id = this.#job;
    this.#forget();
    if (id) await call("DELETE /api/v1/jobs/{id}", { path: { id } }).catch(() => {});
  }

  #forget(): void {
    this.#leave?.();
    this.#job = null;
    this.#leave = null;
    this.progress = null;
  }
}

/** `Loading x, 1.2 of 2.1 GB, 4 s left`; what is not known yet is left out. */
export function told({ name, done, total, seconds }: Progress): string {
  const parts = [t("loading", { name })];
  if (total) parts.push(bytesOf(done, total));
  if (done && done < total) parts.push(timeLeftSaid((seconds * (total - done)) / done));
  return parts.join(", ");
}

export const loading = new Loading();
