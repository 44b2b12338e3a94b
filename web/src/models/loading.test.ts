import { expect, test } from "vitest";
import { told } from "./loading.svelte";

test("how far a checkpoint is, is told in bytes and seconds once they are known", () => {
  const name = "sd-v1-5.safetensors";
  expect(told({ name, done: 0, total: 0, seconds: 0 })).toBe("Loading sd-v1-5.safetensors");
  expect(told({ name, done: 1.2e9, total: 2.1e9, seconds: 5 })).toBe("Loading sd-v1-5.safetensors, 1.2 of 2.1 GB, 4 s left");
  expect(told({ name, done: 40e6, total: 40e6, seconds: 1 })).toBe("Loading sd-v1-5.safetensors, 40 of 40 MB");
});
