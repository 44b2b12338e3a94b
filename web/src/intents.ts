/** What a person may want, each as settings that it sets visibly; every one can be overridden. */

import type { Settings } from "./changes";

export interface Intent {
  readonly label: string;
  readonly hint: string;
  readonly settings: Settings;
}

export const INTENTS = {
  fix: {
    label: "Fix",
    hint: "What is there is nearly right: a face, a hand",
    settings: { masked_content: "original", denoising_strength: 0.5, area: "only masked" },
  },
  replace: {
    label: "Replace",
    hint: "Something else in the same place",
    settings: { masked_content: "original", denoising_strength: 0.8, area: "only masked" },
  },
  remove: {
    label: "Remove",
    hint: "Nothing there but what surrounds it",
    settings: { masked_content: "fill", denoising_strength: 0.9, area: "whole picture" },
  },
  add: {
    label: "Add",
    hint: "Something that was not there",
    settings: { masked_content: "latent noise", denoising_strength: 1, area: "whole picture" },
  },
  refine: {
    label: "Refine",
    hint: "The same with more detail",
    settings: { masked_content: "original", denoising_strength: 0.3, area: "only masked" },
  },
  extend: {
    label: "Extend",
    hint: "Past the picture's border: drag its frame",
    settings: { masked_content: "fill", denoising_strength: 0.9, area: "whole picture" },
  },
} as const satisfies Readonly<Record<string, Intent>>;

export type IntentKey = keyof typeof INTENTS;

/** The intent whose values all hold, if there is one. */
export function intentOf(settings: Settings): IntentKey | null {
  const keys = Object.keys(INTENTS) as IntentKey[];
  return keys.find((key) => Object.entries(INTENTS[key].settings).every(([name, value]) => settings[name] === value)) ?? null;
}
