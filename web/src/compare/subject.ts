/** What a candidate is held against. */

import type { CandidateValue, GrownTree, RoundValue } from "../api-types";
import { NO_SIDES } from "../boxes";
import { numbered } from "../rounds/family";
import { t } from "../texts";
import type { Sides } from "../words";

/** The picture that the round began from, or this very candidate before its faces were restored. */
export type Against = "picture" | "faces";

/**
 * hash    of the picture as it was
 * extend  by how much the round grew it
 */
export interface Before {
  readonly hash: string;
  readonly extend: Sides;
}

/** What there is to hold a candidate against; null where it was made from words alone. */
export function beforeOf(tree: GrownTree, round: RoundValue, candidate: CandidateValue, against: Against): Before | null {
  if (against === "faces") return candidate.unrestored ? { hash: candidate.unrestored, extend: NO_SIDES } : null;
  const hash = beganFrom(tree, round);
  return hash ? { hash, extend: grownBy(round) } : null;
}

/** Hash of the picture that a round began from: as it was sent, painted elsewhere or sketched on. */
export function beganFrom({ root, all_rounds }: GrownTree, { parent, request }: Pick<RoundValue, "parent" | "request">): string | null {
  if (request.images?.length) return request.images[0]!;
  if (!parent) return root;
  return numbered(all_rounds.find(({ id }) => id === parent.round)?.candidates ?? [], parent.number)?.file ?? null;
}

function grownBy({ request }: RoundValue): Sides {
  const [left, top, right, bottom] = (request.extend ?? [0, 0, 0, 0]) as readonly number[];
  return { left: left!, top: top!, right: right!, bottom: bottom! };
}

/** `3 faces found, 1 restored`, and what became of each; null where none were looked for. */
export function facesSaid({ faces }: Pick<CandidateValue, "faces">): { readonly said: string; readonly each: readonly string[] } | null {
  if (!faces) return null;
  const { restored } = faces;
  const count = faces.faces.length;
  const said = count === 0 ? t("noFace") : t(count === 1 ? "faceFound" : "facesFound", { count, restored });
  const each = faces.faces.map(({ box: { left, top, right, bottom }, left: stayed }) =>
    t("faceAt", { width: right - left, height: bottom - top, left, top, became: stayed || t("restored") }),
  );
  return { said, each };
}
