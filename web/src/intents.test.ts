import { expect, test } from "vitest";
import type { Settings } from "./changes";
import { INTENTS, type IntentKey, intentOf } from "./intents";
import { type FieldName, factsOf } from "./settings/groups";

const keys = Object.keys(INTENTS) as IntentKey[];

/** The intent of settings, where what is not said is as requests have it. */
const known = (settings: Settings) => intentOf((name) => settings[name] ?? factsOf(name).default);

test("every intent sets only settings that requests have, within their limits", () => {
  for (const key of keys)
    for (const [name, value] of Object.entries(INTENTS[key])) {
      const facts = factsOf(name as FieldName);
      expect(facts, name).toBeDefined();
      if (facts.choices) expect(facts.choices).toContain(value);
      if (facts.maximum !== undefined) expect(value).toBeLessThanOrEqual(facts.maximum);
    }
});

test("every intent is known by its values, until one of them is changed", () => {
  for (const key of keys) expect(known(INTENTS[key])).toBe(key);
  expect(known({ ...INTENTS.add, denoising_strength: 0.4 })).toBeNull();
});

test("a value that holds by itself counts as one that was set", () => {
  const { masked_content: _, ...rest } = INTENTS.fix;
  expect(factsOf("masked_content").default).toBe("original");
  expect(known(rest)).toBe("fix");
});
