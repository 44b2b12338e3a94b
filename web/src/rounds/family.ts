/** What a tree says of its rounds: which candidate of each went on, what can be taken back, how it is called. */

import type { AtValue, GrownTree, RoundValue } from "../api-types";
import { t } from "../texts";

type Tree = Pick<GrownTree, "all_rounds">;

/** The number of a round's candidate that stands for it: the one on the canvas, else the one last painted on, else the first. */
export function chosenOf({ all_rounds }: Tree, { id, candidates }: RoundValue, at: AtValue | null): number {
  const number = at?.round === id ? at.number : all_rounds.findLast(({ parent, binned }) => parent?.round === id && !binned)?.parent?.number;
  return number !== undefined && number < candidates.length ? number : 0;
}

/** Some round began from what lies on the canvas. */
export const goesOn = ({ all_rounds }: Tree, at: AtValue | null): boolean =>
  all_rounds.some(({ parent, binned }) => !binned && parent?.round === at?.round && parent?.number === at?.number);

/** As somebody named it, or its number in the order they were made. */
export function nameOf({ all_rounds }: Tree, id: string): string {
  const at = all_rounds.findIndex((round) => round.id === id);
  return all_rounds[at]?.name || t("roundNumber", { number: at + 1 });
}
