import { describe, expect, it } from "vitest";

import type { Samples } from "../words";
import { alike, sameShare } from "./alike";

const SIZE = { width: 10, height: 10 };

/** A picture out of what each pixel is. */
const picture = (grey: (pixel: number) => number): Samples => ({
  size: SIZE,
  rgba: Uint8ClampedArray.from({ length: 400 }, (_, i) => (i % 4 === 3 ? 255 : grey(Math.floor(i / 4)))),
});

const photo = picture((pixel) => (pixel * 37) % 256);

describe("a picture is a version of another", () => {
  it("where most of it is as it was", () => {
    const painted = picture((pixel) => (pixel < 30 ? 0 : (pixel * 37) % 256));
    expect(alike(photo, painted)).toBe(true);
  });

  it("though a JPEG has moved every sample a little", () => {
    expect(sameShare(photo, picture((pixel) => ((pixel * 37) % 256) + 9))).toBe(1);
  });

  it("not where it shows something else", () => {
    expect(alike(photo, picture((pixel) => (pixel * 91 + 128) % 256))).toBe(false);
  });
});
