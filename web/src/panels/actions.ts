import type { ActionId } from "../keys";
import { type Text, t } from "../texts";

/** What an action of the keyboard is called; a tool by its own name. */
export function actionName(id: ActionId): string {
  const number = /^candidate\.(\d)$/.exec(id)?.[1];
  if (number) return t("action.candidate", { number });
  return t((id.startsWith("tool.") ? id : `action.${id}`) as Text);
}

/** What stands together on the page of keys, by the first word of the actions' names. */
const GROUPS = {
  tools: ["tool", "brush", "move"],
  mask: ["mask"],
  picture: ["file", "edit"],
  view: ["view"],
  making: ["run", "grid", "answer"],
  made: ["candidate", "round", "compare"],
  writing: ["prompt"],
  studio: ["models", "lesson", "preferences", "help"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type KeyGroup = keyof typeof GROUPS;

export const grouped = (ids: readonly ActionId[]): { readonly key: KeyGroup; readonly ids: readonly ActionId[] }[] =>
  (Object.keys(GROUPS) as KeyGroup[]).map((key) => ({ key, ids: ids.filter((id) => (GROUPS[key] as readonly string[]).includes(id.split(".")[0]!)) }));
