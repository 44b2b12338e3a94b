/** What a sitting holds, kept in the browser at every stroke, and found again after a reload: undo with it. */

import type { Document } from "./changes";
import { type Entry, type History, fromLine, lineOf } from "./history";
import type { ToolOptions } from "./tools/tool";

/**
 * tree   the picture's id in the server's history
 * round  whose candidates are laid out
 * jobs   those whose pictures were not seen yet
 * asking another was asked for, and the server had not answered: one that was put in the queue after `since`, by its clock
 */
export interface Kept {
  readonly options: ToolOptions;
  readonly tree: string | null;
  readonly round: string | null;
  readonly jobs: readonly string[];
  readonly since: number;
  readonly asking: boolean;
}

export interface Found {
  readonly history: History;
  readonly kept: Kept;
}

interface Head extends Kept {
  /** How many of the steps are done; the others were taken back. */
  readonly done: number;
}

const HEADS = "heads";
const BASES = "bases";
const STEPS = "steps";
const LATEST = "latest";

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("pentimento", 2);
    request.onupgradeneeded = () => {
      for (const name of request.result.objectStoreNames) request.result.deleteObjectStore(name);
      for (const name of [HEADS, BASES, STEPS]) request.result.createObjectStore(name);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

let database: Promise<IDBDatabase> | null = null;

async function stores(mode: IDBTransactionMode): Promise<(name: string) => IDBObjectStore> {
  const transaction = (await (database ??= opened())).transaction([HEADS, BASES, STEPS], mode);
  return (name) => transaction.objectStore(name);
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Every step of a sitting: its key begins with the sitting's name. */
const stepsOf = (sitting: string): IDBKeyRange => IDBKeyRange.bound([sitting, 0], [sitting, Infinity]);

/** Keeps sittings; of each only what is new since it was kept last. */
export class Keeper {
  #kept: { sitting: string; base: Document; line: readonly Entry[] } | null = null;

  async save(sitting: string, history: History, kept: Kept): Promise<void> {
    const line = lineOf(history);
    const known = this.#kept?.sitting === sitting && this.#kept.base === history.base ? this.#kept.line : null;
    this.#kept = { sitting, base: history.base, line };
    const store = await stores("readwrite");
    if (!known) {
      store(BASES).put(history.base, sitting);
      store(STEPS).delete(stepsOf(sitting));
    }
    for (let i = 0; i < line.length; i++) if (line[i] !== known?.[i]) store(STEPS).put(line[i], [sitting, i]);
    if (known && known.length > line.length) store(STEPS).delete(IDBKeyRange.bound([sitting, line.length], [sitting, Infinity]));
    store(HEADS).put(sitting, LATEST);
    const last = store(HEADS).put({ ...kept, done: history.done.length } satisfies Head, sitting);
    last.transaction?.commit(); // not at the next turn: a page that is left at once would take it all back
    await settled(last);
  }

  async restored(sitting: string): Promise<Found | null> {
    const store = await stores("readonly");
    const [head, base, steps] = await Promise.all([
      settled<Head | undefined>(store(HEADS).get(sitting)),
      settled<Document | undefined>(store(BASES).get(sitting)),
      settled<Entry[]>(store(STEPS).getAll(stepsOf(sitting))),
    ]);
    if (!head || !base) return null;
    const history = fromLine(base, steps, head.done);
    this.#kept = { sitting, base, line: steps };
    return { history, kept: head };
  }
}

/** The sitting that was kept last, in whatever tab. */
export async function latest(): Promise<string | null> {
  return (await settled<string | undefined>((await stores("readonly"))(HEADS).get(LATEST))) ?? null;
}

/** The sitting of this tab, over its reloads. */
export const ofTab = {
  get: (): string | null => sessionStorage.getItem("sitting"),
  set: (sitting: string): void => sessionStorage.setItem("sitting", sitting),
};
