/** The prompts of the rounds, each pair once, those used last first. */

import type { RoundValue } from "../api-types";

export interface Past {
  readonly prompt: string;
  readonly negative_prompt: string;
}

export function pastOf(rounds: readonly Pick<RoundValue, "request" | "created">[]): Past[] {
  const latest = [...rounds].sort((one, other) => other.created - one.created);
  const pairs = latest.map(({ request }) => ({ prompt: request.prompt ?? "", negative_prompt: request.negative_prompt ?? "" }));
  const known = new Map(pairs.filter(({ prompt, negative_prompt }) => prompt || negative_prompt).map((pair) => [JSON.stringify(pair), pair]));
  return [...known.values()];
}

/** Those that hold each of the words sought, in either of both prompts. */
export function sought(past: readonly Past[], words: string): readonly Past[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return past.filter(({ prompt, negative_prompt }) => wanted.every((word) => `${prompt} ${negative_prompt}`.toLowerCase().includes(word)));
}
