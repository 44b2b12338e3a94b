import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { pictureChange } from "../changes";
import type { Size } from "../words";
import { layer } from "./masks.svelte";
import { Outlook } from "./outlook.svelte";

const SMALL = { width: 256, height: 256 };
const LARGE = { width: 6000, height: 4000 };

/** Answers of the server that are still on their way, by the hash of the picture that was asked of. */
const awaited = new Map<string, (working: Size) => void>();

beforeEach(() => {
  vi.stubGlobal("fetch", (_: string, { body }: { body: string }) => {
    const [hash] = (JSON.parse(body) as { images: string[] }).images;
    return new Promise((resolve) => awaited.set(hash!, (working) => resolve(Response.json({ working }))));
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
  awaited.clear();
});

class Sitting extends Outlook {
  laid(hash: string, size: Size): void {
    this.shown = { levels: { size, all: [{ image: {} as ImageBitmap, size, scale: 1 }] }, transparent: false };
    this.do(pictureChange(this.document, { hash, size, transparent: false, at: null }, [layer("mask")]));
  }

  async told(hash: string, working: Size): Promise<void> {
    const asked = this.foresee();
    awaited.get(hash)!(working);
    await asked;
  }
}

test("what was told of a picture of another size is not said of this one", async () => {
  const sitting = new Sitting();
  sitting.laid("small", SMALL);
  await sitting.told("small", SMALL);
  expect(sitting.forecast?.working).toEqual(SMALL);

  sitting.laid("large", LARGE);
  expect(sitting.forecast).toBeNull();
  await sitting.told("large", { width: 768, height: 512 });
  expect(sitting.forecast?.working).toEqual({ width: 768, height: 512 });

  sitting.laid("a round of it", LARGE);
  expect(sitting.forecast?.working).toEqual({ width: 768, height: 512 });
});

test("an answer that comes after another picture was opened is not said of that one", async () => {
  const sitting = new Sitting();
  sitting.laid("small", SMALL);
  const asked = sitting.foresee();
  sitting.laid("large", LARGE);
  awaited.get("small")!(SMALL);
  await asked;
  expect(sitting.forecast).toBeNull();
});
