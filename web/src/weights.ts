/** Weights in a prompt by keys: Ctrl+↑ and ↓ as webui has them, and Alt+← and → to move a part between commas. */

/** A text and what is selected in it; the caret alone has start = end. */
export interface Selection {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

type Direction = 1 | -1;

/** A step for emphasis, and the finer one for networks in angle brackets. */
const STEPS = { "(": 0.1, "<": 0.05 } as const;

/** What emphasis without a number weighs. */
const BARE = 1.1;

const ENDS_WORD = /[\s.,\\/!?%^*;:{}=`~()[\]<>|]/;

const WEIGHT = /^:\s*([+-]?\d*\.?\d+)\s*([)>])/;

/** A part of a prompt that has, or could be given, a weight: from start to end, without bracket and number. */
interface Target {
  readonly start: number;
  readonly end: number;
  readonly open: "(" | "<" | "";
  readonly weight: number;
  /** How long the number and the closing bracket are. */
  readonly tail: number;
}

/** The prompt with the selection's weight raised or lowered a step; brackets go where the weight becomes 1. */
export function weighted({ text, start, end }: Selection, direction: Direction): Selection {
  const target = targetOf(text, start, end);
  if (!target) return { text, start, end };
  const { open } = target;
  const weight = rounded(target.weight + direction * STEPS[open || "("]);
  const plain = open !== "<" && weight === 1;
  const words = text.slice(target.start, target.end);
  const before = text.slice(0, target.start - open.length);
  const after = text.slice(target.end + target.tail);
  const [left, right] = plain ? ["", ""] : open === "<" ? ["<", `:${weight}>`] : ["(", `:${weight})`];
  const from = before.length + left.length;
  return { text: before + left + words + right + after, start: from, end: from + words.length };
}

function targetOf(text: string, start: number, end: number): Target | null {
  const [from, to] = start === end ? underCaret(text, start) : trimmed(text, start, end);
  return from < to ? bracketed(text, from, to) : null;
}

/** The bracket around a caret, up to its number, or else the word. */
function underCaret(text: string, caret: number): [number, number] {
  const around = innermost(text, caret);
  if (around) return around;
  let [start, end] = [caret, caret];
  while (start > 0 && !ENDS_WORD.test(text[start - 1]!)) start--;
  while (end < text.length && !ENDS_WORD.test(text[end]!)) end++;
  return [start, end];
}

/** What stands inside the innermost weighted bracket that is open at the caret. */
function innermost(text: string, caret: number): [number, number] | null {
  let depth = 0;
  for (let start = caret - 1; start >= 0; start--) {
    const mark = text[start]!;
    if (escaped(text, start)) continue;
    if (mark === ")" || mark === ">") depth++;
    else if (mark === "(" || mark === "<") {
      if (depth-- > 0) continue;
      const close = closing(text, start);
      if (close < caret) return null;
      const colon = text.slice(start + 1, close).lastIndexOf(":");
      const end = colon >= 0 && WEIGHT.test(text.slice(start + 1 + colon)) ? start + 1 + colon : close;
      return [start + 1, end];
    }
  }
  return null;
}

/** Where the bracket at `open` is closed; −1 where it is not. */
function closing(text: string, open: number): number {
  const [left, right] = text[open] === "(" ? ["(", ")"] : ["<", ">"];
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (escaped(text, at)) continue;
    if (text[at] === left) depth++;
    if (text[at] === right && --depth === 0) return at;
  }
  return -1;
}

function escaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text[at - 1 - slashes] === "\\") slashes++;
  return slashes % 2 === 1;
}

function trimmed(text: string, start: number, end: number): [number, number] {
  const chosen = text.slice(start, end);
  return [start + chosen.length - chosen.trimStart().length, end - (chosen.length - chosen.trimEnd().length)];
}

function bracketed(text: string, start: number, end: number): Target {
  const open = escaped(text, start - 1) ? "" : text[start - 1];
  const number = WEIGHT.exec(text.slice(end));
  if (number && ((open === "(" && number[2] === ")") || (open === "<" && number[2] === ">")))
    return { start, end, open, weight: Number(number[1]), tail: number[0].length };
  if (open === "(" && text[end] === ")") return { start, end, open, weight: BARE, tail: 1 };
  return { start, end, open: "", weight: 1, tail: 0 };
}

/** Two digits after the point, as webui keeps them. */
const rounded = (weight: number): number => Math.round(weight * 100) / 100;

/** The prompt with the part between commas that holds the caret exchanged with the next or the one before. */
export function moved({ text, start, end }: Selection, direction: Direction): Selection {
  const parts = text.split(",");
  const starts = parts.map((_, i) => parts.slice(0, i).join(",").length + (i ? 1 : 0));
  const at = starts.findLastIndex((from) => from <= start);
  const to = at + direction;
  const [part, other] = [parts[at], parts[to]];
  if (part === undefined || other === undefined) return { text, start, end };
  // Spaces after commas stay where they are: only the words change places.
  const exchanged = parts.with(at, put(part, other)).with(to, put(other, part));
  const shift = exchanged.slice(0, to).join(",").length + (to ? 1 : 0) + indent(other) - (starts[at]! + indent(part));
  return { text: exchanged.join(","), start: start + shift, end: end + shift };
}

const indent = (part: string): number => part.length - part.trimStart().length;

const put = (place: string, words: string): string =>
  place.slice(0, indent(place)) + words.trim() + place.slice(place.trimEnd().length || place.length);
