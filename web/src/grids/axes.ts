/** A grid as it is typed, and as it lies on the screen: pure. */

import type { AxisOption, CellValue, GridValue, Request } from "../api-types";
import { FIELDS } from "../fields";

/** An axis as it is typed. */
export interface Typed {
  readonly name: string;
  readonly values: string;
}

export type Axes = readonly [Typed, Typed, Typed];

export const NO_AXES: Axes = [
  { name: "denoising_strength", values: "" },
  { name: "", values: "" },
  { name: "", values: "" },
];

/** An axis as the server takes it; empty without a name or values. */
export const written = ({ name, values }: Typed): string => (name && values.trim() ? `${name}=${values.trim()}` : "");

export const isEmpty = (axes: Axes): boolean => axes.every((axis) => !written(axis));

/** What an axis is made of: numbers, one of a few words, words of the prompt, sizes, any words. */
export type AxisKind = "numbers" | "choices" | "words" | "sizes" | "texts";

const SPECIAL: Readonly<Record<string, AxisKind>> = { replace: "words", order: "words", size: "sizes" };

const KINDS: Readonly<Record<string, AxisKind>> = { integer: "numbers", number: "numbers", choice: "choices", switch: "choices" };

export function kindOf(name: string): AxisKind {
  if (name in SPECIAL) return SPECIAL[name]!;
  if (name.startsWith("soft_")) return "numbers";
  return KINDS[FIELDS[name as keyof typeof FIELDS]?.kind ?? ""] ?? "texts";
}

/** What a setting may be, where that is a short list. */
export function choicesOf(name: string): readonly string[] {
  const field = FIELDS[name as keyof typeof FIELDS] as { kind: string; choices?: readonly string[] } | undefined;
  return field?.kind === "switch" ? ["off", "on"] : (field?.choices ?? []);
}

/** Values as a list of commas has them. */
export const listOf = (values: string): string[] =>
  [...values.matchAll(/\s*"((?:[^"]|"")*)"\s*|[^,\n]+/g)].map(([whole, quoted]) => (quoted?.replaceAll('""', '"') ?? whole).trim()).filter(Boolean);

/** One value put into a list, or taken out of it. */
export function toggled(values: string, value: string): string {
  const list = listOf(values).filter((each) => each !== "*");
  const next = list.includes(value) ? list.filter((each) => each !== value) : [...list, value];
  return next.map((each) => (/[",]/.test(each) ? `"${each.replaceAll('"', '""')}"` : each)).join(", ");
}

/** The cells as tables, one for each place on z: rows of cells, each with its number. */
export function tablesOf({ axes, cells }: Pick<GridValue, "axes" | "cells">): (readonly (CellValue & { readonly number: number })[])[][] {
  const [wide, deep, tables] = axes.map(({ labels }) => Math.max(labels.length, 1)) as [number, number, number];
  const numbered = cells.map((cell, number) => ({ ...cell, number }));
  return Array.from({ length: tables }, (_, z) =>
    Array.from({ length: deep }, (_, y) => numbered.slice((z * deep + y) * wide, (z * deep + y + 1) * wide)),
  );
}

/** Cells that can have a picture at all. */
export const runnable = ({ cells }: Pick<GridValue, "cells">): number => cells.filter(({ state }) => state).length;

export const isOver = (grid: Pick<GridValue, "cells" | "done">): boolean => grid.done >= runnable(grid);

/** Seconds that are left, told from what was done since `first` cells were; null while that tells nothing. */
export function timeLeft(seconds: number, first: number, done: number, all: number): number | null {
  return done > first ? ((all - done) * seconds) / (done - first) : null;
}

/** Fields that belong to a grid as a whole, not to a cell. */
const OWN: ReadonlySet<string> = new Set(["images", "mask", "extend", "batch_size", "batch_count"]);

/** The settings that a cell has and the studio has not. */
export function adopted(request: Request, valueOf: (name: keyof typeof FIELDS) => unknown): Readonly<Record<string, unknown>> {
  const same = (one: unknown, other: unknown) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
  const names = (Object.keys(FIELDS) as (keyof typeof FIELDS)[]).filter((name) => !OWN.has(name) && name in request);
  const entries = names.map((name) => [name, request[name as keyof Request]] as const);
  return Object.fromEntries(entries.filter(([name, value]) => !same(value, valueOf(name))));
}

/** What can be varied, in two lists: as webui's plot has it, and every other setting. */
export const parted = (options: readonly AxisOption[]): readonly [readonly AxisOption[], readonly AxisOption[]] => [
  options.filter(({ plotted }) => plotted),
  options.filter(({ plotted }) => !plotted),
];
