import fc from "fast-check";
import { expect, test } from "vitest";
import { type Named, names, toggled } from "./tags";

test("a LoRA is put behind the words with its weight, and taken out whatever its weight has become", () => {
  expect(toggled("lora", "a cup", "ink v1.2")).toBe("a cup <lora:ink v1.2:1>");
  expect(toggled("lora", "a <lora:ink v1.2:0.4:0.8> cup", "ink v1.2")).toBe("a cup");
  expect(names("lora", "a cup <lora:ink v1x2:1>", "ink v1.2")).toBe(false);
});

test("an embedding is a word of its own", () => {
  expect(toggled("embedding", "a cup,", "easyneg")).toBe("a cup, easyneg");
  expect(toggled("embedding", "a cup, EasyNeg, blue", "easyneg")).toBe("a cup, blue");
  expect(toggled("embedding", "easyneg, a cup", "easyneg")).toBe("a cup");
  expect(names("embedding", "uneasynegative", "easyneg")).toBe(false);
  expect(names("embedding", "a (easyneg:1.2)", "easyneg")).toBe(true);
});

test("putting in and taking out leaves a prompt as it was", () => {
  const plain = fc.stringMatching(/^[a-z]+( [a-z]+)*$/);
  const kind = fc.constantFrom<Named>("lora", "embedding");
  fc.assert(fc.property(plain, kind, (prompt, of) => toggled(of, toggled(of, prompt, "X9"), "X9") === prompt));
});
