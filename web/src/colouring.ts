/** Colours for a prompt as it is typed: what each piece of the text is. The server reads it in full; this is for the eye. */

/**
 * text      plain words
 * bracket   ( ) [ ]
 * number    a weight, or the step or share at which a text changes
 * sign      : and | that part alternatives
 * keyword   AND, BREAK
 * network   <lora:…>
 * escape    a bracket that is meant as such
 * comment   from # to the end of the line
 * mistake   a bracket without its other half
 */
export type Kind = "text" | "bracket" | "number" | "sign" | "keyword" | "network" | "escape" | "comment" | "mistake";

/** A piece of the text; `depth` is how many brackets are open around it, its own included. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly kind: Kind;
  readonly depth: number;
}

type Token = "open" | "close" | Exclude<Kind, "bracket" | "mistake">;

/** What may come next, the first that fits; each matches at a place. */
const RULES: readonly (readonly [Token, RegExp])[] = [
  ["escape", /\\./suy],
  ["comment", /#[^\n]*/uy],
  ["network", /<(?:lora|lyco|hypernet):[^>\n]*>/uy],
  ["keyword", /(?<![\p{L}\p{N}_])(?:AND|BREAK)(?![\p{L}\p{N}_])/uy],
  ["open", /[([]/uy],
  ["close", /[)\]]/uy],
  ["number", /(?<=[:])\s*[+-]?(?:\d+\.?\d*|\.\d+)\s*(?=[)\]])/uy],
  ["sign", /[:|]/uy],
  ["text", /[^\\#<([)\]:|]+?(?=(?<![\p{L}\p{N}_])(?:AND|BREAK)(?![\p{L}\p{N}_])|[\\#<([)\]:|]|$)/uy],
  ["text", /[^]/uy],
];

const PAIRS: Readonly<Record<string, string>> = { ")": "(", "]": "[" };

/** The whole text in pieces, one after another without a gap. */
export function coloured(text: string, comments = true): Span[] {
  const spans: Span[] = [];
  const open: number[] = [];
  for (let at = 0; at < text.length;) {
    const [token, end] = tokenAt(text, at, comments);
    spans.push(spanOf(text, token, at, end, open, spans));
    at = end;
  }
  for (const span of open) spans[span] = { ...spans[span]!, kind: "mistake" };
  return merged(spans);
}

function tokenAt(text: string, at: number, comments: boolean): [Token, number] {
  for (const [token, rule] of RULES) {
    if (token === "comment" && !comments) continue;
    rule.lastIndex = at;
    if (rule.test(text)) return [token, rule.lastIndex];
  }
  return ["text", at + 1];
}

function spanOf(text: string, token: Token, start: number, end: number, open: number[], spans: readonly Span[]): Span {
  if (token === "open") {
    open.push(spans.length);
    return { start, end, kind: "bracket", depth: open.length };
  }
  if (token === "close") {
    const last = open.at(-1);
    const fits = last !== undefined && text[spans[last]!.start] === PAIRS[text[start]!];
    const depth = open.length;
    if (fits) open.pop();
    return { start, end, kind: fits ? "bracket" : "mistake", depth };
  }
  // Outside of brackets a colon is a colon, save for the weight of a part of AND, which the server knows.
  const plain = token === "sign" && !open.length;
  return { start, end, kind: plain ? "text" : token, depth: open.length };
}

function merged(spans: readonly Span[]): Span[] {
  const out: Span[] = [];
  for (const span of spans) {
    const last = out.at(-1);
    if (last && last.kind === "text" && span.kind === "text" && last.depth === span.depth)
      out[out.length - 1] = { ...last, end: span.end };
    else out.push(span);
  }
  return out;
}
