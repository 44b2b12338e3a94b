/** What a person should know before a run, each with what one click can do about it. */

import type { CheckpointValue } from "./api-types";
import type { Settings } from "./changes";
import { t } from "./texts";
import type { MaskEdit } from "./words";

/** Settings that are set, or an edit of the mask. */
export interface Remedy {
  readonly label: string;
  readonly settings?: Settings;
  readonly edit?: MaskEdit;
}

export interface Notice {
  readonly text: string;
  /** As the server says it, where that is longer. */
  readonly whole?: string;
  readonly remedies: readonly Remedy[];
  /** It may be put away for good under this name. */
  readonly once?: string;
}

type Rule = readonly [sign: RegExp, remedies: (found: readonly string[]) => readonly Remedy[]];

const setting = (label: string, settings: Settings): Remedy => ({ label, settings });
const NATIVE = /far from the (\d+)×(\d+) this checkpoint was trained at/;

const RULES: readonly Rule[] = [
  [/take strength ([\d.]+) or more/, ([, least]) => [setting(t("remedy.set", { value: least! }), { denoising_strength: Number(least) })]],
  [/masked content original or fill/, () => [setting(t("remedy.use", { name: "original" }), { masked_content: "original" })]],
  [NATIVE, () => [setting(t("remedy.onlyMasked"), { area: "only masked" })]],
];

/** What the server says at length, in a sentence. */
const SHORTER: readonly (readonly [sign: RegExp, said: (found: readonly string[]) => string])[] = [
  [/^masked content (.+?) cannot turn into a picture at denoising strength ([\d.]+):/, ([, content, strength]) => t("notice.noise", { content: content!, strength: strength! })],
  [/^the working size (.+?) is far from the (.+?) this checkpoint/, ([, size, native]) => t("notice.size", { size: size!, native: native! })],
];

export function shorter(warning: string): string {
  for (const [sign, said] of SHORTER) {
    const found = sign.exec(warning);
    if (found) return said(found);
  }
  return warning;
}

/** A size that was set too far off is set to the checkpoint's own once only the masked area is worked on. */
function resized(warning: string, settings: Settings): readonly Remedy[] | null {
  const [, width, height] = NATIVE.exec(warning) ?? [];
  if (!width || settings.area !== "only masked") return null;
  return [setting(t("remedy.size", { width, height: height! }), { width: Number(width), height: Number(height) })];
}

export const remedies = (warning: string, settings: Settings): readonly Remedy[] =>
  resized(warning, settings) ?? RULES.flatMap(([sign, made]) => {
    const found = sign.exec(warning);
    return found ? made(found) : [];
  });

/** Below this share of the picture a mask is hardly meant. */
const HARDLY = 0.0005;

export interface Situation {
  readonly settings: Settings;
  readonly coverage: number | null;
  readonly chosen: CheckpointValue | null;
  readonly usable: readonly CheckpointValue[];
}

const INPAINTING = /inpainting/i;

/** What the studio itself sees coming. */
export function foreseen({ coverage, chosen, usable }: Situation): Notice[] {
  const notices: Notice[] = [];
  if (coverage !== null && coverage < HARDLY)
    notices.push({
      text: coverage > 0 ? t("notice.small", { share: Number((coverage * 100).toPrecision(1)) }) : t("notice.empty"),
      remedies: coverage > 0 ? [{ label: t("remedy.grow"), edit: { kind: "grow", pixels: 8 } }] : [],
    });
  const better = usable.find(({ kind }) => INPAINTING.test(kind));
  if (coverage && chosen?.kind && better && !INPAINTING.test(chosen.kind))
    notices.push({
      text: t("notice.ordinary"),
      remedies: [setting(t("remedy.use", { name: better.stem }), { checkpoint: better.stem })],
      once: `ordinary ${chosen.name}`,
    });
  return notices;
}

/** All of them: the server's first, without what is said beside the prompts. */
export const notices = (warnings: readonly string[], besides: readonly string[], situation: Situation): Notice[] => [
  ...warnings.filter((warning) => !besides.includes(warning)).map((text) => ({ text: shorter(text), whole: text, remedies: remedies(text, situation.settings) })),
  ...foreseen(situation),
];
