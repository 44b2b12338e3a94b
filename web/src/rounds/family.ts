/** What a tree says of its rounds: which candidate of each went on, what can be taken back, how it is called. */

import type { AtValue, CandidateValue, GrownTree, RoundValue } from "../api-types";
import { t } from "../texts";

type Tree = Pick<GrownTree, "all_rounds">;

/** The candidate of a number: others may lie in the bin, so it is not its place. */
export const numbered = (candidates: readonly CandidateValue[], number: number | null): CandidateValue | null =>
  candidates.find((candidate) => candidate.number === number) ?? null;

/** The candidate that is looked at when one is thrown away: the one behind it, else the one before it. */
export function beside(candidates: readonly CandidateValue[], number: number): number | null {
  const others = candidates.filter((candidate) => candidate.number !== number);
  return (others.find((candidate) => candidate.number > number) ?? others.at(-1))?.number ?? null;
}

/** The number of a round's candidate that stands for it: the one on the canvas, else the one last painted on, else the first. */
export function chosenOf({ all_rounds }: Tree, { id, candidates }: RoundValue, at: AtValue | null): number {
  const number = at?.round === id ? at.number : all_rounds.findLast(({ parent, binned }) => parent?.round === id && !binned)?.parent?.number;
  return (numbered(candidates, number ?? null) ?? candidates[0])?.number ?? 0;
}

/** Some round began from what lies on the canvas. */
export const goesOn = ({ all_rounds }: Tree, at: AtValue | null): boolean =>
  all_rounds.some(({ parent, binned }) => !binned && parent?.round === at?.round && parent?.number === at?.number);

/** The round from words alone that what lies on the canvas goes back to; else the latest of them. */
export function beganWith({ all_rounds }: Tree, at: AtValue | null): RoundValue | null {
  const byId = new Map(all_rounds.map((round) => [round.id, round]));
  let round = at ? byId.get(at.round) : undefined;
  while (round?.parent && byId.has(round.parent.round)) round = byId.get(round.parent.round);
  return round ?? all_rounds.findLast(({ parent }) => !parent) ?? null;
}

/** As somebody named it, or its number in the order they were made. */
export function nameOf({ all_rounds }: Tree, id: string): string {
  const at = all_rounds.findIndex((round) => round.id === id);
  return all_rounds[at]?.name || t("roundNumber", { number: at + 1 });
}
