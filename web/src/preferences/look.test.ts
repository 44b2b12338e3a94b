import { expect, test } from "vitest";
import { INKS, Look, inkOf, lookFrom } from "./look.svelte";

const storage = () => {
  const kept = new Map<string, string>();
  return { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
};

test("a look is kept for the next time", () => {
  const kept = storage();
  new Look(kept).set({ theme: "dark", mask: INKS[2] });
  const again = new Look(kept);
  expect([again.theme, again.mask]).toEqual(["dark", INKS[2]]);
});

test("what was kept and is not understood is as at first", () => {
  for (const kept of [null, "{", '"x"', '{"theme":"pink","mask":"red"}']) expect(lookFrom(kept)).toEqual({ theme: "system", mask: INKS[0] });
});

test("a colour is read as its three parts", () => expect(inkOf("#d97706")).toEqual([217, 119, 6]));
