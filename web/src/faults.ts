/** What went wrong, as sentences for a person. */

import type { Fault } from "./api-types";

export function saidOf({ message, hint }: Pick<Fault, "message" | "hint">): string {
  return [message, hint].filter(Boolean).map(sentence).join(" ");
}

const sentence = (text: string): string => text[0]!.toUpperCase() + text.slice(1) + (/[.!?…]$/.test(text) ? "" : ".");
