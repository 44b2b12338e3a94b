import { parse } from "svelte/compiler";
import { expect, test } from "vitest";
import { ACTIONS, type ActionId } from "./keys";
import { actionName, grouped } from "./panels/actions";
import { TEXTS, t } from "./texts";

const SOURCES = import.meta.glob<string>("./**/*.{ts,svelte}", { query: "?raw", import: "default", eager: true });

/** Files with that ending by name, tests left out. */
const files = (ending: string): string[] => Object.keys(SOURCES).filter((name) => name.endsWith(ending) && !name.endsWith(".test.ts"));

const source = (name: string): string => SOURCES[name]!;

interface Node {
  readonly type?: string;
  readonly name?: string;
  readonly data?: string;
}

/** Attributes that a person reads or hears. */
const READ = new Set(["title", "aria-label", "placeholder", "alt", "label"]);

/** Names that are the same in every language. */
const NAMES = /^(?:Pentimento|BREAK|Ctrl|Esc|px|Hz)$/;

const isWord = (data: string): boolean => (data.match(/\p{L}{2,}/gu) ?? []).some((word) => !NAMES.test(word));

/** Every text of a component's markup that is written there and not looked up. */
function* written(node: unknown, attribute: string | null = null): Generator<string> {
  if (Array.isArray(node)) for (const child of node) yield* written(child, attribute);
  else if (node && typeof node === "object") {
    const { type, name, data } = node as Node;
    if (type === "Text" && data && (attribute === null || READ.has(attribute)) && isWord(data)) yield data.trim();
    const inside = type === "Attribute" ? (name ?? "") : attribute;
    for (const child of Object.values(node)) yield* written(child, inside);
  }
}

test("no component holds words of its own", { timeout: 60_000 }, () => {
  const found = files(".svelte").flatMap((name) => [...written(parse(source(name), { modern: true }).fragment)].map((text) => `${name}: ${text}`));
  expect(found).toEqual([]);
});

/** A sentence in quotation marks: capital, several words, full stop. */
const SENTENCE = /(?<!throw new \w+\()["'`][A-Z][^"'`\n]*\s[^"'`\n]*[.!?]["'`]/g;
const MADE = new Set(["./api-types.ts", "./fields.ts", "./texts.ts"]);

test("no script holds a sentence of its own, but for what it throws at programmers", () => {
  const scripts = [...files(".ts"), ...files(".svelte")].filter((name) => !MADE.has(name));
  const found = scripts.flatMap((name) => (source(name).replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, "").match(SENTENCE) ?? []).map((text) => `${name}: ${text}`));
  expect(found).toEqual([]);
});

const USED = /\bt\(\s*["']([^"']+)["']/g;

test("every word that is looked up is there, and those with places have them filled", () => {
  const keys = [...files(".ts"), ...files(".svelte")].flatMap((name) => [...source(name).matchAll(USED)].map(([, key]) => key!));
  expect(keys.filter((key) => !(key in TEXTS))).toEqual([]);
  expect(t("secondsLeft", { seconds: 4 })).toBe("4 s left");
});

test("every action of the keyboard has a name, and its place on the page of keys", () => {
  const ids = Object.keys(ACTIONS) as ActionId[];
  for (const id of ids) expect(actionName(id), id).toMatch(/\S/);
  expect(grouped(ids).flatMap((group) => group.ids).toSorted()).toEqual(ids.toSorted());
});

test("every word of the table is used somewhere", () => {
  const all = [...files(".ts"), ...files(".svelte")].filter((name) => name !== "./texts.ts").map(source).join("\n");
  const families = [...all.matchAll(/[`"]([a-zA-Z.]*)\$\{/g)].map(([, start]) => start!).filter(Boolean);
  const ends = [...all.matchAll(/\$\{[^}]*\}(\.\w+)`/g)].map(([, end]) => end!);
  const unused = Object.keys(TEXTS).filter(
    (key) => !all.includes(`"${key}"`) && !all.includes(`'${key}'`) && !families.some((start) => key.startsWith(start)) && !ends.some((end) => key.endsWith(end)),
  );
  expect(unused).toEqual([]);
});
