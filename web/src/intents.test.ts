import { expect, test } from "vitest";
import { FIELDS } from "./fields";
import { INTENTS, intentOf } from "./intents";

test("every intent sets only settings that requests have, within their limits", () => {
  for (const { settings } of Object.values(INTENTS))
    for (const [name, value] of Object.entries(settings)) {
      const field = FIELDS[name as keyof typeof FIELDS] as { choices?: readonly string[]; minimum?: number; maximum?: number };
      expect(field, name).toBeDefined();
      if (field.choices) expect(field.choices).toContain(value);
      if (field.maximum !== undefined) expect(value).toBeLessThanOrEqual(field.maximum);
    }
});

test("an intent is known by its values, until one of them is changed", () => {
  expect(intentOf(INTENTS.add.settings)).toBe("add");
  expect(intentOf({ ...INTENTS.add.settings, denoising_strength: 0.4 })).toBeNull();
});
