/** The lesson: one sitting, step by step; each is checked by what the studio then holds. */

/** What of the studio the steps look at. */
export interface Seen {
  readonly open: boolean;
  readonly masked: boolean;
  readonly prompt: string;
  readonly content: string;
  readonly strength: number;
  readonly area: string;
  readonly batch: number;
  readonly seed: number;
  readonly rounds: number;
  /** The number of the candidate that is shown, and whether one is compared. */
  readonly showing: number | null;
  readonly comparing: boolean;
  /** A candidate was kept and is the picture now. */
  readonly kept: boolean;
  readonly sketched: boolean;
}

export interface Step {
  readonly key: string;
  /** rounds  how many there were when the lesson began */
  readonly done: (seen: Seen, rounds: number) => boolean;
  /** Where on the page it is done, as a selector. */
  readonly target?: string;
}

/** Words in brackets with a weight above 1, or in bare brackets. */
const WEIGHTED = /\((?:[^():]+:\s*1\.\d+|[^():]+)\)/;

export const STEPS = [
  { key: "open", done: ({ open }) => open, target: "label[for=open]" },
  { key: "mask", done: ({ masked }) => masked, target: ".stage canvas:last-of-type" },
  { key: "say", done: ({ prompt }) => prompt.trim() !== "", target: "#prompt" },
  { key: "weigh", done: ({ prompt }) => WEIGHTED.test(prompt), target: "#prompt" },
  { key: "original", done: ({ content }) => content === "original", target: ".contents button" },
  { key: "strength", done: ({ strength }) => strength >= 0.6 && strength <= 0.85, target: "#denoising_strength" },
  { key: "batch", done: ({ batch, seed }) => batch > 1 && seed === -1 },
  { key: "generate", done: ({ rounds }, before) => rounds > before, target: ".goes .main" },
  { key: "look", done: ({ showing }) => showing !== null && showing > 0, target: ".cards button:nth-of-type(2)" },
  { key: "compare", done: ({ comparing }) => comparing },
  { key: "keep", done: ({ kept }) => kept, target: ".cards .main" },
  { key: "noise", done: ({ content, strength }) => content === "latent noise" && strength >= 0.75, target: ".contents button:nth-of-type(3)" },
  { key: "area", done: ({ area }) => area === "only masked" },
  { key: "again", done: ({ rounds }, before) => rounds > before + 1, target: ".goes .main" },
  { key: "back", done: ({ kept }) => !kept, target: ".tree button" },
  { key: "sketch", done: ({ sketched, content }) => sketched && content === "original", target: ".rail button" },
] as const satisfies readonly Step[];

export type StepKey = (typeof STEPS)[number]["key"];

/** So many of the first steps are done, and stay so whatever is undone later. */
export function reached(done: number, seen: Seen, before: number): number {
  const next: Step | undefined = STEPS[done];
  return next?.done(seen, before) ? reached(done + 1, seen, before) : done;
}
