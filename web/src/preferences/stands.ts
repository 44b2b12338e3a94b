/** What holds on a server where nothing is said. */

import type { Settings } from "../changes";
import { type FieldName, GROUPS, factsOf } from "../settings/groups";

/** Settings that belong to one picture: never kept for the next. */
const OWN: ReadonlySet<string> = new Set(["images", "mask", "extend", "prompt", "negative_prompt", "seed", "variation_seed", "width", "height", "hires_prompt", "hires_negative_prompt", "face_prompt"]);

export const defaultsOf = (settings: Settings): Settings =>
  Object.fromEntries(Object.entries(settings).filter(([name, value]) => !OWN.has(name) && value !== null && value !== undefined));

/** All of them in one line, those that are in groups in their order. */
export function told(defaults: Settings, labelOf: (name: FieldName) => string): string {
  const grouped = Object.values(GROUPS).flatMap(({ fields }) => [...fields] as FieldName[]);
  const order = [...new Set([...(Object.keys(defaults) as FieldName[]).filter((name) => !grouped.includes(name)), ...grouped])];
  const held = order.filter((name) => name in defaults && defaults[name] !== factsOf(name).default);
  return held.map((name) => `${labelOf(name)} ${typeof defaults[name] === "object" ? "✓" : String(defaults[name])}`).join(" · ");
}
