/** What the server knows: what would happen, how it reads the prompt. */

import { ApiError, call } from "../api";
import type { ForecastValue, PromptValue, Request, Settings as ServerSettings, StyleValue } from "../api-types";
import { shelf } from "../models/shelf.svelte";
import type { Size } from "../words";
import { markedOf } from "./place";
import { Queue } from "./queue.svelte";
import { sameSize } from "./rounds.svelte";

export class Outlook extends Queue {
  /** What was told last, and of a picture of which size. */
  #foreseen = $state.raw<{ readonly of: Size | null; readonly told: ForecastValue } | null>(null);
  /** What would happen; null until the server has told it of a picture of this size. */
  forecast = $derived(this.#foreseen && sameSize(this.#foreseen.of, this.size) ? this.#foreseen.told : null);
  readonly #foreseeing = new Latest();
  readonly #reading = new Latest();
  /** Both prompts as the server reads them. */
  reading = $state.raw<PromptValue | null>(null);

  /** Looks through the server's folders again. */
  refresh(): Promise<void> {
    return this.try(() => shelf.refresh());
  }

  /** Changes what holds on the server where nothing is said. */
  async changeServer(changes: Partial<ServerSettings>): Promise<void> {
    await this.try(async () => {
      shelf.settings = await call("PATCH /api/v1/settings", { body: changes });
    });
  }

  /** Keeps a style among the server's; false where it was refused. */
  keepStyle = (style: StyleValue): Promise<boolean> => this.#styled(() => call("POST /api/v1/styles", { body: style }));

  dropStyle = (name: string): Promise<boolean> => this.#styled(() => call("DELETE /api/v1/styles", { query: { name } }));

  async #styled(change: () => Promise<readonly StyleValue[]>): Promise<boolean> {
    await this.try(async () => {
      shelf.styles = await change();
    });
    return this.fault === null;
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
    const of = this.size;
    const asked = call("POST /api/v1/forecast", { body, query }, this.#foreseeing.next());
    this.#foreseen = await asked.then((told) => ({ of, told })).catch(unless(this.#foreseen));
  }

  async read(): Promise<void> {
    const { prompt, negative_prompt, steps } = this.settings as Request;
    const body = { ...(prompt && { prompt }), ...(negative_prompt && { negative_prompt }), ...(steps && { steps }) };
    this.reading = await call("POST /api/v1/prompt", { body }, this.#reading.next()).catch(unless(this.reading));
  }

  /** Goes on when the server is back. */
  async resumed(): Promise<void> {
    if (this.fault?.code === "away") this.fault = null;
    await Promise.all([this.catchUp(), shelf.refresh()]).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error; // it is away again
    });
  }
}

/** Of questions that follow one another only the latest is answered: a browser has six connections, and jobs need them. */
class Latest {
  #controller = new AbortController();

  next(): AbortSignal {
    this.#controller.abort();
    this.#controller = new AbortController();
    return this.#controller.signal;
  }
}

/** Nothing where the server refuses; what was known before while it is away, or where another question followed. */
const unless =
  <T>(known: T) =>
  (error: unknown): T | null =>
    error instanceof ApiError && KEEPING.has(error.fault.code) ? known : null;

const KEEPING = new Set(["away", "given_up"]);
