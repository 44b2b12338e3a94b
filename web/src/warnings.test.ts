import { expect, test } from "vitest";
import { remedied } from "./warnings";

test("too little strength is answered with the least that is enough", () => {
  const warning = "masked content latent noise cannot turn into a picture at denoising strength 0.5: take strength 0.85 or more";
  expect(remedied(warning)?.settings).toEqual({ denoising_strength: 0.85 });
});

test("a size far from the checkpoint's own is answered with the masked area", () => {
  expect(remedied("set width and height nearer to that, or work on the masked area only")?.settings).toEqual({ area: "only masked" });
});

test("what has no remedy has no button", () => expect(remedied("the mask is empty")).toBeNull());
