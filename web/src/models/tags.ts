/** Networks and embeddings by their names in a prompt: looked for, put in, taken out. */

const literal = (name: string): string => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

const loraTag = (name: string): RegExp => new RegExp(` ?<lora:${literal(name)}(?::[^>]*)?>`, "gi");

const EDGE = "[\\s,.:;()[\\]|<>]";

/** The name where it stands alone, with the comma that joins it. */
const word = (name: string): RegExp => new RegExp(`(?:^|, *|(?<=${EDGE}))${literal(name)}(?=${EDGE}|$)`, "gi");

interface Kind {
  readonly sign: (name: string) => RegExp;
  readonly put: (prompt: string, name: string) => string;
}

/** A LoRA is named in angle brackets and stands apart from the words; an embedding is a word of the prompt. */
export const KINDS = {
  lora: { sign: loraTag, put: (prompt, name) => [prompt, `<lora:${name}:1>`].filter(Boolean).join(" ") },
  embedding: { sign: word, put: (prompt, name) => [prompt.trimEnd().replace(/,$/, ""), name].filter(Boolean).join(", ") },
} as const satisfies Readonly<Record<string, Kind>>;

export type Named = keyof typeof KINDS;

export const names = (kind: Named, prompt: string, name: string): boolean => KINDS[kind].sign(name).test(prompt);

/** The prompt with it, or without it where it was named. */
export function toggled(kind: Named, prompt: string, name: string): string {
  const { sign, put } = KINDS[kind];
  if (!names(kind, prompt, name)) return put(prompt, name);
  return prompt.replace(sign(name), "").replace(/^[ ,]+/, "");
}
