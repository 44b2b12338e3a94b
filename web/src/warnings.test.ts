import { expect, test } from "vitest";
import type { CheckpointValue } from "./api-types";
import { type Situation, foreseen, notices, remedies, shorter } from "./warnings";

const NOISE = "masked content latent noise cannot turn into a picture at denoising strength 0.5: noise begins at sigma 1.2 and 3 is needed; take strength 0.85 or more, or masked content original or fill";
const FAR = "the working size 2048×2048 is far from the 512×512 this checkpoint was trained at: the result may be full of repetitions; set width and height nearer to that, or work on the masked area only";

const checkpoint = (stem: string, kind: string): CheckpointValue =>
  ({ name: `${stem}.safetensors`, stem, title: stem, sha256: null, kind, problem: "", resident: false });
const plain = checkpoint("plain", "an SD 1.x text-to-image checkpoint");
const made = checkpoint("made-for-it", "an SD 1.x inpainting checkpoint");
const situation = (given: Partial<Situation>): Situation => ({ settings: {}, coverage: 0.2, chosen: made, usable: [plain, made], ...given });

test("too little strength is answered with the least that is enough, or with another content", () => {
  expect(remedies(NOISE, {}).map(({ settings }) => settings)).toEqual([{ denoising_strength: 0.85 }, { masked_content: "original" }]);
});

test("a size far from the checkpoint's own is answered with the masked area, and there with its own size", () => {
  expect(remedies(FAR, {}).map(({ settings }) => settings)).toEqual([{ area: "only masked" }]);
  expect(remedies(FAR, { area: "only masked" }).map(({ settings }) => settings)).toEqual([{ width: 512, height: 512 }]);
});

test("what the server says at length is said in a sentence, and the rest as it is", () => {
  expect(shorter(NOISE)).toBe("At strength 0.5 latent noise stays visible or blurred.");
  expect(shorter(FAR)).toBe("2048×2048 is far from the 512×512 this checkpoint knows: shapes may repeat or blur.");
  expect(shorter("the picture was turned upright")).toBe("the picture was turned upright");
});

test("what has no remedy has no button", () => expect(remedies("the picture was turned upright", {})).toEqual([]));

test("a mask of a few pixels is noticed and can be grown", () => {
  const [notice] = foreseen(situation({ coverage: 0.0002 }));
  expect(notice?.text).toContain("0.02 %");
  expect(notice?.remedies[0]?.edit).toEqual({ kind: "grow", pixels: 8 });
  expect(foreseen(situation({}))).toEqual([]);
});

test("a checkpoint that is not made for inpainting is noticed where there is one that is", () => {
  expect(foreseen(situation({ chosen: plain })).flatMap((notice) => notice.remedies)).toEqual([{ label: "Use made-for-it", settings: { checkpoint: "made-for-it" } }]);
  expect(foreseen(situation({ chosen: plain, usable: [plain] }))).toEqual([]);
});

test("what is said beside a prompt is not said again", () => {
  expect(notices(["about the prompt", "the picture was turned upright"], ["about the prompt"], situation({})).map(({ text }) => text)).toEqual(["the picture was turned upright"]);
});
