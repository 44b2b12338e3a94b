import { expect, test } from "vitest";
import { Few, keyOf, little, littleRequest } from "./asking";

const WORKING = { width: 512, height: 768 };

test("little pictures keep the shape, in whole cells, and none is enlarged", () => {
  expect(little(WORKING)).toEqual({ width: 256, height: 384 });
  expect(little({ width: 256, height: 192 })).toEqual({ width: 256, height: 192 });
  expect(little({ width: 6000, height: 200 })).toEqual({ width: 384, height: 64 });
});

test("only what decides the starting states makes them be asked for again", () => {
  const keys = (settings: object) => keyOf(littleRequest({ images: ["a"], mask: "b", ...settings }, WORKING));
  expect(keys({ prompt: "a cup", steps: 30, denoising_strength: 0.2, masked_content: "fill" })).toBe(keys({}));
  for (const settings of [{ padding: 64 }, { mask_blur: 9 }, { mask: "c" }, { fill: "telea" }, { seed: 5 }])
    expect(keys(settings)).not.toBe(keys({}));
});

test("a seed that is drawn anew shows the same noise each time", () => {
  expect(littleRequest({ seed: -1 }, WORKING).seed).toBe(0);
});

test("of many only the last few are kept", () => {
  const gone: number[] = [];
  const few = new Few<number>(2, (value) => gone.push(value));
  for (const value of [1, 2, 3]) few.put(String(value), value);
  expect([few.get("1"), few.get("2"), few.get("3")]).toEqual([null, 2, 3]);
  expect(gone).toEqual([1]);
});

test("what is looked at again is let go later", () => {
  const gone: number[] = [];
  const few = new Few<number>(2, (value) => gone.push(value));
  for (const value of [1, 2, 1, 3]) few.put(String(value), value);
  expect([few.get("1"), few.get("2"), few.get("3")]).toEqual([1, null, 3]);
  expect(gone).toEqual([2]);
});

test("asked for twice at once, one is kept and the other let go", () => {
  const gone: string[] = [];
  const few = new Few<string>(2, (value) => gone.push(value));
  expect([few.put("a", "first"), few.put("a", "second"), few.get("a")]).toEqual(["first", "first", "first"]);
  expect(gone).toEqual(["second"]);
});
