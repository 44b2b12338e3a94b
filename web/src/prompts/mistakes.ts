/** What the server found untidy in a prompt, with its place, for marking it where it stands. */

import type { PromptField } from "./prompting.svelte";

export interface Mistake {
  readonly field: PromptField;
  /** From and to, as places in the text; null where it is about more than one. */
  readonly span: readonly [start: number, end: number] | null;
  readonly text: string;
}

const PLACED = /^(negative prompt|prompt), character (\d+), near (?:'.*?'|".*?"): (.*)$/su;
const UNPLACED = /^(negative prompt|prompt): (.*)$/su;

/** Null where a warning is not about a prompt. */
export function mistakeOf(warning: string, texts: Readonly<Record<PromptField, string>>): Mistake | null {
  const placed = PLACED.exec(warning);
  if (placed) {
    const field = fieldOf(placed[1]!);
    return { field, span: spanAt(texts[field], Number(placed[2]) - 1), text: placed[3]! };
  }
  const unplaced = UNPLACED.exec(warning);
  return unplaced && { field: fieldOf(unplaced[1]!), span: null, text: unplaced[2]! };
}

const fieldOf = (name: string): PromptField => (name === "prompt" ? "prompt" : "negative_prompt");

/** The word or sign that begins at a character; the server counts whole characters, a text here in halves of some. */
function spanAt(text: string, character: number): readonly [number, number] {
  const start = [...text].slice(0, character).join("").length;
  const [word] = /^(?:[\p{L}\p{N}.]+|[^])?/u.exec(text.slice(start)) ?? [""];
  return [start, start + Math.max(1, word.length)];
}

/** Pieces of a text with those cut that a mistake begins or ends in, and marked. */
export function marked<S extends { readonly start: number; readonly end: number; readonly kind: string }>(
  spans: readonly S[],
  mistakes: readonly Mistake[],
): { readonly start: number; readonly end: number; readonly kind: string; readonly wrong: boolean }[] {
  const wrong = mistakes.flatMap(({ span }) => (span ? [span] : []));
  const cuts = [...new Set(wrong.flat())].sort((one, other) => one - other);
  return spans.flatMap(({ start, end, kind }) => {
    const edges = [start, ...cuts.filter((cut) => cut > start && cut < end), end];
    return edges.slice(0, -1).map((from, i) => ({
      start: from,
      end: edges[i + 1]!,
      kind,
      wrong: wrong.some(([first, last]) => from >= first && from < last),
    }));
  });
}
