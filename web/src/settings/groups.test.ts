import { expect, test } from "vitest";
import { FIELDS, SOFT_FIELDS } from "../fields";
import { TEXTS } from "../texts";
import { ELSEWHERE, GROUPS, type FieldName, REACH, STEPS, factsOf, reachOf, stepOf } from "./groups";
import { summaryOf } from "./summary";

const names = Object.keys(FIELDS) as FieldName[];
const placed: FieldName[] = [...Object.values(GROUPS).flatMap(({ fields }) => [...fields]), ...ELSEWHERE];

test("every setting of a request has one place", () => {
  expect([...placed].sort()).toEqual([...names].sort());
});

test("every setting has its name, and every group its heading", () => {
  const wanted = [...names, ...Object.keys(SOFT_FIELDS)].map((name) => `field.${name}`);
  const headings = Object.keys(GROUPS).map((key) => `group.${key}`);
  expect([...wanted, ...headings].filter((key) => !(key in TEXTS))).toEqual([]);
});

test("steps and reaches are of settings that there are", () => {
  expect([...Object.keys(STEPS), ...Object.keys(REACH)].filter((name) => !(name in FIELDS))).toEqual([]);
});

test("what has a wide range, or may be left unsaid, is typed and not slid", () => {
  const reach = (name: FieldName) => reachOf(name, factsOf(name));
  expect([reach("denoising_strength"), reach("padding"), reach("batch_size")]).toEqual([1, 256, 8]);
  expect([reach("seed"), reach("width"), reach("eta")]).toEqual([null, null, null]);
  expect(stepOf("cfg_scale", factsOf("cfg_scale"))).toBe(0.5);
});

const told = (settings: Readonly<Record<string, unknown>>, key: keyof typeof GROUPS) =>
  summaryOf<FieldName>(GROUPS[key], {
    valueOf: (name) => settings[name] ?? factsOf(name).default,
    factsOf,
    labelOf: (name) => TEXTS[`field.${name}`],
    words: { on: "on", off: "off" },
  });

test("a closed group tells its chief values, and what was changed", () => {
  expect(told({}, "sampling")).toBe("DPM++ 2M · Automatic");
  expect(told({ sampler: "Euler a", clip_skip: 2, exact_steps: true }, "sampling")).toBe(
    "Euler a · Automatic · With img2img, do exactly the amount of steps the slider specifies · Clip skip 2",
  );
  expect(told({ overlay: false }, "mask")).toBe("Mask blur 4 · Only masked padding, pixels 32 · Overlay the original: off");
  expect(told({}, "second")).toBe("");
  expect([told({}, "soft"), told({ soft_inpainting: {} }, "soft")]).toEqual(["off", "on"]);
});
