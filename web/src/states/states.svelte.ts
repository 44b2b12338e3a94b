/** The four starting states as little pictures: asked for by a small job, which gives way to every other. */

import { call, listen, picture } from "../api";
import type { JobValue, Request } from "../api-types";
import { studio } from "../store.svelte";
import { Few, keyOf, littleRequest } from "./asking";

/** Addresses of little pictures by masked content. */
type Little = Readonly<Record<string, string>>;

const KEPT = 6;

export class States {
  #shown = $state.raw<{ readonly of: string; readonly little: Little } | null>(null);
  /** Those of the picture on the canvas; null until they are there. */
  pictures = $derived(this.#shown && this.#shown.of === studio.document.picture?.hash ? this.#shown.little : null);
  asking = $state(false);

  #known = new Few<Little>(KEPT, (little) => Object.values(little).forEach((url) => URL.revokeObjectURL(url)));
  #wanted = "";
  #job: string | null = null;

  /** Shows the states of what is set and masked now; null where there are none. Silent where the server has none to give. */
  async show(): Promise<void> {
    const working = studio.forecast?.working;
    const of = studio.document.picture?.hash;
    if (!studio.masked || !of || !working) return this.hide();
    const request = littleRequest(await studio.request(), working);
    const key = keyOf(request);
    if (key === this.#wanted && (this.asking || this.pictures)) return;
    this.giveWay();
    this.#wanted = key;
    const made = this.#known.get(key) ?? (await this.#asked(request).catch(() => null));
    const little = made && this.#known.put(key, made);
    if (this.#wanted === key) this.#shown = little && { of, little };
  }

  hide(): void {
    this.giveWay();
    this.#shown = null;
    this.#wanted = "";
  }

  /** Ends what is being asked for; it is asked again when there is time. */
  giveWay(): void {
    if (this.#job) void call("DELETE /api/v1/jobs/{id}", { path: { id: this.#job } }).catch(() => {});
    if (this.asking) this.#wanted = "";
    this.#job = null;
    this.asking = false;
  }

  async #asked(request: Request): Promise<Little | null> {
    this.asking = true;
    const { id } = await call("POST /api/v1/jobs", { body: { request, task: "start states", record: false } });
    this.#job = id;
    const job = await ended(id);
    if (this.#job === id) {
      this.#job = null;
      this.asking = false;
    }
    return job.state === "done" ? littleOf(job) : null;
  }
}

const ended = async (id: string): Promise<JobValue> => {
  await new Promise<void>((resolve) => {
    const look = () => resolve();
    listen(id, ({ kind }) => (kind === "finished" || kind === "failed" || kind === "cancelled") && look(), look);
  });
  return call("GET /api/v1/jobs/{id}", { path: { id } });
};

async function littleOf({ pictures }: JobValue): Promise<Little> {
  const made = pictures.map(async ({ label, url }) => [label, await picture(`${url}?side=160&format=webp`)] as const);
  return Object.fromEntries((await Promise.all(made)).map(([label, file]) => [label, URL.createObjectURL(file)]));
}

export const states = new States();
