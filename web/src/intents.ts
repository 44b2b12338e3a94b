/** What a person may want, each as settings that it sets visibly; every one can be overridden. */

import type { Settings } from "./changes";
import type { FieldName } from "./settings/groups";

const set = (masked_content: string, denoising_strength: number, area: string) => ({ masked_content, denoising_strength, area });

export const INTENTS = {
  fix: set("original", 0.5, "only masked"),
  replace: set("original", 0.8, "only masked"),
  remove: set("fill", 0.9, "whole picture"),
  add: set("latent noise", 1, "whole picture"),
  refine: set("original", 0.3, "only masked"),
  extend: set("fill", 0.95, "whole picture"),
} as const satisfies Readonly<Record<string, Settings>>;

export type IntentKey = keyof typeof INTENTS;

/** The first intent whose values all hold, whether they were set or are so by themselves. */
export function intentOf(valueOf: (name: FieldName) => unknown): IntentKey | null {
  const keys = Object.keys(INTENTS) as IntentKey[];
  return keys.find((key) => Object.entries(INTENTS[key]).every(([name, value]) => valueOf(name as FieldName) === value)) ?? null;
}
