/** One tab works on a picture at a time, by the browser's own locks. */

import { type Claims, PATIENCE } from "./claims";

export class Locks implements Claims {
  #letGo: (() => void) | null = null;
  #waiting: AbortController | null = null;

  async claim(picture: string, lost: () => void, take = false): Promise<boolean> {
    this.release();
    const options = take ? { steal: true } : { signal: AbortSignal.timeout(PATIENCE) };
    return new Promise((resolve) => {
      let had = false;
      const held = navigator.locks.request(picture, options, () => {
        resolve((had = true));
        return new Promise<void>((end) => (this.#letGo = end));
      });
      held.catch(() => (had ? lost() : resolve(false)));
    });
  }

  await(picture: string, got: () => void, lost: () => void): void {
    this.#waiting = new AbortController();
    let had = false;
    const held = navigator.locks.request(picture, { signal: this.#waiting.signal }, () => {
      had = true;
      got();
      return new Promise<void>((end) => (this.#letGo = end));
    });
    held.catch(() => had && lost());
  }

  release(): void {
    this.#waiting?.abort();
    this.#letGo?.();
    this.#waiting = this.#letGo = null;
  }
}
