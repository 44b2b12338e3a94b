/** What is typed for a side of the working size. */

import type { Settings } from "../changes";
import { factsOf } from "./groups";

export type Side = "width" | "height";

const BOTH = /^\s*(\d+)\s*[x×*]\s*(\d+)\s*$/i;

/** `512x768` is both; nothing, or no number, leaves the side to the server. */
export function sidesFrom(side: Side, typed: string): Settings {
  const [, width, height] = BOTH.exec(typed) ?? [];
  if (width && height) return { width: within("width", Number(width)), height: within("height", Number(height)) };
  const number = Math.round(Number(typed));
  return { [side]: number > 0 ? within(side, number) : undefined };
}

function within(side: Side, value: number): number {
  const { minimum = 1, maximum = value } = factsOf(side);
  return Math.min(maximum, Math.max(minimum, value));
}
