/** What the server knows: the models it has, what would happen, how it reads the prompt. */

import { call } from "../api";
import type { CheckpointValue, ForecastValue, ModelValue, PromptValue, Request } from "../api-types";
import { markedOf } from "./place";
import { Queue } from "./queue.svelte";

export class Outlook extends Queue {
  checkpoints = $state.raw<readonly CheckpointValue[]>([]);
  vaes = $state.raw<readonly ModelValue[]>([]);
  loras = $state.raw<readonly ModelValue[]>([]);
  forecast = $state.raw<ForecastValue | null>(null);
  /** Both prompts as the server reads them. */
  reading = $state.raw<PromptValue | null>(null);

  async refresh(): Promise<void> {
    await this.try(async () => {
      [this.checkpoints, this.vaes, this.loras] = await Promise.all([
        call("GET /api/v1/checkpoints", {}),
        call("GET /api/v1/vaes", {}),
        call("GET /api/v1/loras", {}),
      ]);
    });
  }

  /** Asks what would happen: of the mask the server is told its box. Silent where it cannot be said. */
  async foresee(): Promise<void> {
    const { picture, extend, settings } = this.document;
    const sides = [extend.left, extend.top, extend.right, extend.bottom] as unknown as NonNullable<Request["extend"]>;
    const body = {
      ...(settings as Request),
      ...(picture && { images: [picture.hash] }),
      ...(sides.some(Boolean) && { extend: sides }),
    };
    const query = picture && this.repainted ? markedOf(this.repainted) : {};
    this.forecast = await call("POST /api/v1/forecast", { body, query }).catch(() => null);
  }

  async read(): Promise<void> {
    const { prompt, negative_prompt, steps } = this.settings as Request;
    const body = { ...(prompt && { prompt }), ...(negative_prompt && { negative_prompt }), ...(steps && { steps }) };
    this.reading = await call("POST /api/v1/prompt", { body }).catch(() => null);
  }
}
