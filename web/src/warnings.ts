/** Remedies: what a warning of the server can be answered with by one click. */

import type { Settings } from "./changes";

export interface Remedy {
  readonly label: string;
  readonly settings: Settings;
}

type Rule = readonly [sign: RegExp, remedy: (found: string) => Remedy];

const RULES: readonly Rule[] = [
  [/take strength ([\d.]+) or more/, (least) => ({ label: `Set ${least}`, settings: { denoising_strength: Number(least) } })],
  [/work on the masked area only/, () => ({ label: "Only masked", settings: { area: "only masked" } })],
];

export function remedied(warning: string): Remedy | null {
  for (const [sign, remedy] of RULES) {
    const found = sign.exec(warning);
    if (found) return remedy(found[1] ?? "");
  }
  return null;
}
