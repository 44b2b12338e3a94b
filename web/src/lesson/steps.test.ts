import { expect, test } from "vitest";
import { TEXTS } from "../texts";
import { STEPS, type Seen, reached } from "./steps";

const BEGUN: Seen = {
  open: true, masked: false, prompt: "", content: "latent noise", strength: 1, area: "only masked", batch: 4, seed: -1, rounds: 7,
  showing: null, comparing: false, kept: false, sketched: false,
};

/** What a person does, one thing after another. */
const SITTING: readonly Partial<Seen>[] = [
  { masked: true },
  { prompt: "a blue cup on a table" },
  { prompt: "a (blue cup:1.2) on a table" },
  { content: "original" },
  { strength: 0.75 },
  { rounds: 8, showing: 0 },
  { showing: 2 },
  { comparing: true },
  { kept: true, showing: null, comparing: false },
  { content: "latent noise", strength: 0.9 },
  { rounds: 9, showing: 0 },
  { kept: false },
  { sketched: true, content: "original" },
];

test("a sitting in the order of the lesson checks every step, each when it is done", () => {
  let [seen, done] = [BEGUN, reached(0, BEGUN, BEGUN.rounds)];
  for (const act of SITTING) {
    seen = { ...seen, ...act };
    const next = reached(done, seen, BEGUN.rounds);
    expect(next, JSON.stringify(act)).toBeGreaterThan(done);
    done = next;
  }
  expect(done).toBe(STEPS.length);
});

test("what is undone later stays checked, and no step is checked before those that come first", () => {
  const kept = { ...BEGUN, kept: true, comparing: true };
  expect(reached(0, kept, BEGUN.rounds)).toBe(1);
  expect(reached(5, BEGUN, BEGUN.rounds)).toBe(5);
});

test("rounds of before the lesson count for nothing", () => {
  const generate = STEPS.findIndex(({ key }) => key === "generate");
  expect(reached(generate, BEGUN, BEGUN.rounds)).toBe(generate);
});

test("every step has its words", () => {
  for (const { key } of STEPS) expect(Object.keys(TEXTS)).toEqual(expect.arrayContaining([`lesson.${key}`, `lesson.${key}.how`]));
});
