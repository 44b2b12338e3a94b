/** What a closed group says of its settings in one line. */

import type { Facts } from "./groups";

export interface Shown<Name extends string> {
  readonly valueOf: (name: Name) => unknown;
  readonly factsOf: (name: Name) => Facts;
  readonly labelOf: (name: Name) => string;
  readonly words: { readonly on: string; readonly off: string };
}

/** `Euler a · Karras · Clip skip 2`: the values that are always told, then those that were changed, with their names. */
export function summaryOf<Name extends string>(
  { fields, told }: { readonly fields: readonly Name[]; readonly told: readonly Name[] },
  { valueOf, factsOf, labelOf, words }: Shown<Name>,
): string {
  const first = told.map((name) => (BARE.has(factsOf(name).kind) ? written(valueOf(name)) : `${labelOf(name)} ${written(valueOf(name))}`));
  const changed = fields.filter((name) => !told.includes(name) && said(valueOf(name), factsOf(name)));
  return [...first, ...changed.map((name) => named(name, valueOf(name)))].join(" · ");

  function written(value: unknown): string {
    return OFF.has(value) ? words.off : ON(value) ? words.on : String(value);
  }

  function named(name: Name, value: unknown): string {
    if (ON(value)) return labelOf(name);
    return OFF.has(value) ? `${labelOf(name)}: ${words.off}` : `${labelOf(name)} ${written(value)}`;
  }
}

/** Kinds whose value says enough without the name. */
const BARE = new Set(["choice", "group"]);
const OFF = new Set<unknown>([false, null, undefined]);
const ON = (value: unknown): boolean => value === true || (typeof value === "object" && value !== null);

const said = (value: unknown, { default: usual }: Facts): boolean => value !== usual && value !== null && value !== undefined;
