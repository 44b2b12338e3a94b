import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { type Channel, Talk } from "./talk";

/** Tabs of one browser: what one says all others hear, a little later, unless they sleep. */
function room() {
  const channels: (Channel & { asleep: boolean })[] = [];
  return (): Talk & { sleep: (asleep: boolean) => void } => {
    const own: Channel & { asleep: boolean } = {
      asleep: false,
      onmessage: null,
      postMessage: (data) => {
        for (const other of channels)
          if (other !== own) setTimeout(() => other.asleep || other.onmessage?.({ data } as MessageEvent), 1);
      },
    };
    channels.push(own);
    return Object.assign(new Talk(own, 50, 1000), { sleep: (asleep: boolean) => void (own.asleep = asleep) });
  };
}

const nothing = () => {};

describe("tabs that talk", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const settled = async <T>(promise: Promise<T>): Promise<T> => {
    await vi.advanceTimersByTimeAsync(60);
    return promise;
  };

  it("let one of them have a picture, and each another one", async () => {
    const tab = room();
    const [first, second] = [tab(), tab()];
    expect(await settled(first.claim("a", nothing))).toBe(true);
    expect(await settled(second.claim("a", nothing))).toBe(false);
    expect(await settled(second.claim("b", nothing))).toBe(true);
  });

  it("let one of two have it that ask at once", async () => {
    const tab = room();
    const both = [tab(), tab()].map((each) => each.claim("a", nothing));
    expect((await settled(Promise.all(both))).filter(Boolean)).toHaveLength(1);
  });

  it("take it from each other, and tell", async () => {
    const tab = room();
    const [first, second] = [tab(), tab()];
    const lost = vi.fn();
    await settled(first.claim("a", lost));
    expect(await settled(second.claim("a", nothing, true))).toBe(true);
    expect(lost).toHaveBeenCalledOnce();
  });

  it("hand it on to who waits, when it is let go or its tab has died", async () => {
    for (const end of [(one: Talk) => one.release(), (one: { sleep: (asleep: boolean) => void }) => one.sleep(true)]) {
      const tab = room();
      const [first, second] = [tab(), tab()];
      const got = vi.fn();
      await settled(first.claim("a", nothing));
      await settled(second.claim("a", nothing));
      second.await("a", got, nothing);
      end(first);
      await vi.advanceTimersByTimeAsync(1200);
      expect(got).toHaveBeenCalledOnce();
    }
  });

  it("leave it to the other where one has slept through that", async () => {
    const tab = room();
    const [first, second] = [tab(), tab()];
    const lost = vi.fn();
    await settled(first.claim("a", lost));
    first.sleep(true);
    expect(await settled(second.claim("a", nothing))).toBe(true);
    first.sleep(false);
    await settled(first.awake());
    expect(lost).toHaveBeenCalledOnce();
  });
});
