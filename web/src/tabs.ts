/** One tab works on a picture at a time. Where a browser has no locks (pages from another host's plain http), every tab does. */

/** So long a tab that is being left or loaded anew may take to let go, milliseconds. */
const PATIENCE = 400;

export class Claim {
  #letGo: (() => void) | null = null;
  #waiting: AbortController | null = null;

  /**
   * Claims a picture for this tab, instead of what was claimed before. False: another tab has it.
   *
   * take  takes it from the other tab
   * lost  told when another tab takes it away
   */
  async claim(picture: string, lost: () => void, take = false): Promise<boolean> {
    this.release();
    if (!navigator.locks) return true;
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

  /** Waits until the other tab lets go; `got` is told when it has. */
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
