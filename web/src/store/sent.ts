/** A file that requests name by its hash: sent once for as long as what it was made of stays the same. */

import { sendFile } from "../api";

export class Sent {
  #kept: { of: readonly unknown[]; hash: Promise<string> } | null = null;

  constructor(private readonly name: string) {}

  /** The file's hash. `of` is all that decides its bytes; each is the same as before or another object. */
  hash(of: readonly unknown[], file: () => Promise<Blob>): Promise<string> {
    const known = this.#kept;
    if (known?.of.length === of.length && of.every((one, i) => one === known.of[i])) return known.hash;
    const hash = file().then(async (made) => (await sendFile(made, this.name)).hash);
    this.#kept = { of, hash };
    hash.catch(() => (this.#kept = null));
    return hash;
  }
}
