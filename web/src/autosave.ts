/** What a sitting holds, kept in the browser at every stroke, and found again after a reload. */

import type { AtValue } from "./api-types";
import type { Document } from "./changes";
import type { ToolOptions } from "./tools/tool";

/** `tree` is the picture's id in the server's history, `at` the candidate on the canvas, `round` whose candidates are laid out. */
export interface Kept {
  readonly document: Document;
  readonly options: ToolOptions;
  readonly tree: string | null;
  readonly at: AtValue | null;
  readonly round: string | null;
  /** Those that had not ended. */
  readonly jobs: readonly string[];
}

const STORE = "sittings";
const LATEST = "latest";

/** A sitting belongs to its tab; a new tab begins with the latest of all. */
export const tab: string = (() => {
  const known = sessionStorage.getItem("tab");
  const id = known ?? crypto.randomUUID();
  sessionStorage.setItem("tab", id);
  return id;
})();

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("pentimento", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

let database: Promise<IDBDatabase> | null = null;

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export async function save(kept: Kept): Promise<void> {
  const store = (await (database ??= opened())).transaction(STORE, "readwrite").objectStore(STORE);
  store.put(kept, LATEST);
  await settled(store.put(kept, tab));
}

export async function restored(): Promise<Kept | null> {
  const store = (await (database ??= opened())).transaction(STORE).objectStore(STORE);
  const [mine, latest] = await Promise.all([settled<Kept | undefined>(store.get(tab)), settled<Kept | undefined>(store.get(LATEST))]);
  return mine ?? latest ?? null;
}
