/** What is asked to see the four starting states: the request as it stands, small, and without what does not matter. */

import type { Request } from "../api-types";
import type { Size } from "../words";

/** The longer side of a little picture is worked on at so many pixels at most. */
const SIDE = 384;
const CELL = 8;

/** A picture beyond this is asked of only when somebody looks: its mask takes long to send. */
export const LARGE = 4_000_000;

/** What decides the starting states, apart from picture and mask; all the rest may change without asking again. */
const DECIDING = [
  "images", "mask", "checkpoint", "vae", "resize_mode", "upscaler", "area", "padding", "mask_mode", "mask_blur", "mask_blur_y", "mask_round", "fill",
  "extend", "background_color", "seed", "width", "height",
] as const satisfies readonly (keyof Request)[];

/** The request for the little pictures of a job that would be worked on at `working`. */
export function littleRequest(request: Request, working: Size): Request {
  const given = Object.fromEntries(DECIDING.filter((name) => request[name] !== undefined).map((name) => [name, request[name]]));
  // A seed that is drawn anew each time would draw the noise anew as well.
  const seed = Math.max(0, request.seed ?? 0);
  return { ...(given as Request), ...little(working), seed };
}

/** The same request has the same states. */
export const keyOf = (request: Request): string => JSON.stringify(request);

export function little({ width, height }: Size): Size {
  const scale = Math.min(1, SIDE / Math.max(width, height));
  const cells = (length: number) => Math.max(8, Math.round((length * scale) / CELL)) * CELL;
  return { width: cells(width), height: cells(height) };
}

/** The last few of what was made, the oldest let go. */
export class Few<T> {
  #kept = new Map<string, T>();

  constructor(
    private readonly most: number,
    private readonly letGo: (value: T) => void,
  ) {}

  get = (key: string): T | null => this.#kept.get(key) ?? null;

  /** What is kept for it now: of two that were asked for at once the first, and the other is let go. */
  put(key: string, value: T): T {
    const kept = this.#kept.get(key) ?? value;
    if (kept !== value) this.letGo(value);
    this.#kept.delete(key);
    this.#kept.set(key, kept); // the newest
    const [oldest] = this.#kept.keys();
    if (this.#kept.size <= this.most || oldest === undefined) return kept;
    this.letGo(this.#kept.get(oldest)!);
    this.#kept.delete(oldest);
    return kept;
  }
}
