import type { ActionId } from "../keys";
import { type Text, t } from "../texts";

/** What an action of the keyboard is called; a tool by its own name. */
export function actionName(id: ActionId): string {
  const number = /^candidate\.(\d)$/.exec(id)?.[1];
  if (number) return t("action.candidate", { number });
  return t((id.startsWith("tool.") ? id : `action.${id}`) as Text);
}
