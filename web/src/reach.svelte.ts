/** Whether the server is there. While it is away it is asked for again and again. */

import { onReach, signIn } from "./api";

/** Milliseconds between two tries: at first, and at most. */
const [SOON, LATE] = [1000, 8000];

class Reach {
  away = $state(false);
  /** How often it has come back. */
  returns = $state(0);
  #missed = new Set<HTMLImageElement>();

  constructor() {
    onReach((there) => (there ? this.#back() : this.#gone()));
    addEventListener("error", ({ target }) => target instanceof HTMLImageElement && this.#missed.add(target), true);
    for (const kind of ["online", "visibilitychange"]) addEventListener(kind, () => this.away && void ask());
  }

  #gone(): void {
    this.away = true;
    const again = (wait: number) =>
      setTimeout(async () => {
        await ask();
        if (this.away) again(Math.min(LATE, wait * 1.5));
      }, wait);
    again(SOON);
  }

  #back(): void {
    this.away = false;
    this.returns += 1;
    for (const image of this.#missed) if (image.isConnected) image.src = image.src;
    this.#missed.clear();
  }
}

/** A server that was started anew has other tokens. */
const ask = () => signIn().catch(() => {});

export const reach = new Reach();
