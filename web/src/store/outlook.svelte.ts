/** What the server knows: the models it has, what would happen, how it reads the prompt. */

import { call } from "../api";
import type { CheckpointValue, ForecastValue, ModelValue, PromptValue, Request } from "../api-types";
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
}
