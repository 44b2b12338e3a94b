/** What is asked of the server, and the job that is watched. */

import { call, sendFile } from "../api";
import type { AtValue, Request } from "../api-types";
import { sketchedFile } from "../pictures";
import { Run } from "../run.svelte";
import { Rounds } from "./rounds.svelte";

export class Queue extends Rounds {
  run = $state.raw<Run | null>(null);
  busy = $derived(this.run !== null && !this.run.over);

  #sent: { edits: readonly unknown[]; hash: string } | null = null;

  async generate(): Promise<void> {
    await this.try(async () => {
      const request = await this.request();
      const job = await call("POST /api/v1/jobs", {
        body: { request, previews: { kind: "linear", every: 1 }, ...(this.tree && { tree: this.tree.id, parent: this.at }) },
      });
      this.watch(job.id);
    });
  }

  watch(id: string): void {
    this.run?.leave();
    this.run = new Run(id, (run) => void this.#painted(run));
    this.changed();
  }

  async end(way: "stop" | "skip" | "cancel"): Promise<void> {
    const id = this.run?.id;
    if (!id || !this.busy) return;
    const path = { path: { id } };
    await this.try(async () => {
      if (way === "stop") await call("POST /api/v1/jobs/{id}/stop", path);
      else if (way === "skip") await call("POST /api/v1/jobs/{id}/skip", path);
      else await call("DELETE /api/v1/jobs/{id}", path);
    });
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
    this.changed();
    const { round, tree } = run.job ?? {};
    if (round && tree) await this.made(round, tree);
    this.changed();
  }

  protected override async enter(id: string, at: AtValue | null): Promise<void> {
    await super.enter(id, at);
    if (this.run?.over) this.run = null;
  }
}
