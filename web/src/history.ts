/** Undo and redo: the document, and the changes that led to it. */

import { type Change, type Document, applied, inverse } from "./changes";

/** One step of undo. Changes of the same drag are one step. */
export interface Entry {
  readonly change: Change;
  readonly drag: string | null;
}

/** `base` is the document before the first of `done`; `undone` has what is done again next at its end. */
export interface History {
  readonly base: Document;
  readonly document: Document;
  readonly done: readonly Entry[];
  readonly undone: readonly Entry[];
}

export const begun = (document: Document): History => ({ base: document, document, done: [], undone: [] });

/** Does a change. All that carry the same name of a drag are taken back together. */
export function did({ base, document, done }: History, change: Change, drag: string | null = null): History {
  const last = done.at(-1);
  const entry =
    last && drag !== null && last.drag === drag ? { drag, change: followed(last.change, change) } : { drag, change };
  return {
    base,
    document: applied(document, change),
    done: [...(entry.change === change ? done : done.slice(0, -1)), entry],
    undone: [],
  };
}

export function undid(history: History): History {
  const entry = history.done.at(-1);
  if (!entry) return history;
  return {
    ...history,
    document: applied(history.document, inverse(entry.change)),
    done: history.done.slice(0, -1),
    undone: [...history.undone, entry],
  };
}

export function redid(history: History): History {
  const entry = history.undone.at(-1);
  if (!entry) return history;
  return {
    ...history,
    document: applied(history.document, entry.change),
    done: [...history.done, entry],
    undone: history.undone.slice(0, -1),
  };
}

/** All entries in the order they were done, those that were taken back behind the others. */
export const lineOf = ({ done, undone }: History): readonly Entry[] => [...done, ...undone.toReversed()];

/** A history out of its line, of which `count` entries are done. */
export const fromLine = (base: Document, line: readonly Entry[], count: number): History => ({
  base,
  document: line.slice(0, count).reduce((document, { change }) => applied(document, change), base),
  done: line.slice(0, count),
  undone: line.slice(count).toReversed(),
});

/** Two changes as one; a slider that was dragged through a hundred values remembers its first and its last. */
function followed(first: Change, second: Change): Change {
  if (first.kind === "settings" && second.kind === "settings")
    return {
      kind: "settings",
      before: { ...second.before, ...first.before },
      after: { ...first.after, ...second.after },
    };
  if (first.kind === "set" && second.kind === "set")
    return { kind: "set", before: { ...second.before, ...first.before }, after: { ...first.after, ...second.after } };
  return { kind: "group", changes: [...(first.kind === "group" ? first.changes : [first]), second] };
}
