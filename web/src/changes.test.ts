import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { NO_SIDES } from "./boxes";
import { type Change, type Document, applied, fieldsChange, inverse, maskChange, pictureChange, settingsChange } from "./changes";
import { type History, begun, did, fromLine, lineOf, redid, undid } from "./history";
import { type ColourStroke, type MaskEdit, imagePoint } from "./words";

const EMPTY: Document = {
  picture: null,
  extend: NO_SIDES,
  masks: [{ id: "first", name: "mask 1", on: true, edits: [] }],
  sketch: { on: true, strokes: [] },
  settings: { steps: 20 },
};

const edit = (seed: number): MaskEdit => ({ kind: "grow", pixels: seed });
const stroke = (seed: number): ColourStroke => ({
  kind: "stroke",
  mode: "paint",
  diameter: seed + 1,
  softness: 0,
  colour: "#ff0000",
  points: [{ ...imagePoint(seed, seed), pressure: 1 }],
});

/** Every kind of change that can be made to a document as it stands. */
const MAKERS: readonly ((document: Document, seed: number) => Change | null)[] = [
  ({ masks }, seed) => {
    const mask = masks[seed % Math.max(1, masks.length)];
    return mask ? { kind: "add edit", mask: mask.id, edit: edit(seed) } : null;
  },
  ({ masks }) => {
    const mask = masks.find(({ edits }) => edits.length);
    const last = mask?.edits.at(-1);
    return mask && last ? { kind: "drop edit", mask: mask.id, edit: last } : null;
  },
  ({ masks }, seed) => ({
    kind: "add mask",
    at: seed % (masks.length + 1),
    layer: { id: `m${seed}-${masks.length}`, name: `mask ${seed}`, on: true, edits: [edit(seed)] },
  }),
  ({ masks }, seed) => {
    const at = seed % Math.max(1, masks.length);
    const layer = masks[at];
    return layer ? { kind: "drop mask", at, layer } : null;
  },
  (document, seed) => {
    const mask = document.masks.at(-1);
    return mask ? maskChange(document, mask.id, seed % 2 ? { on: !mask.on } : { name: `named ${seed}` }) : null;
  },
  (_, seed) => ({ kind: "add stroke", stroke: stroke(seed) }),
  ({ sketch }) => {
    const last = sketch.strokes.at(-1);
    return last ? { kind: "drop stroke", stroke: last } : null;
  },
  ({ sketch }) => ({ kind: "set sketch", before: sketch, after: { on: !sketch.on, strokes: [] } }),
  (document, seed) =>
    fieldsChange(document, { extend: { ...NO_SIDES, left: seed } }),
  (document, seed) => fieldsChange(document, { picture: { hash: `${seed}`, size: { width: seed, height: 8 } } }),
  (document, seed) => {
    const picture = { hash: `kept ${seed}`, size: { width: 8, height: 8 }, at: { round: `r${seed}`, number: 0 } };
    const other = [{ id: `k${seed}`, name: "mask 1", on: true, edits: [] }];
    return pictureChange(document, picture, seed % 2 ? document.masks : other);
  },
  (document, seed) => settingsChange(document, { steps: seed, [`new ${seed % 3}`]: seed % 2 ? seed : undefined }),
  (document, seed) => ({
    kind: "group",
    changes: [settingsChange(document, { seed }), { kind: "add stroke", stroke: stroke(seed) }],
  }),
];

const scripts = fc.array(
  fc.record({
    maker: fc.nat(MAKERS.length - 1),
    seed: fc.nat(99),
    drag: fc.option(fc.constantFrom("one", "other"), { nil: null }),
  }),
  { maxLength: 30 },
);

function played(script: readonly { maker: number; seed: number; drag: string | null }[]): History {
  let history = begun(EMPTY);
  for (const { maker, seed, drag } of script) {
    const change = MAKERS[maker]!(history.document, seed);
    if (change) history = did(history, change, drag);
  }
  return history;
}

const repeated = (step: (history: History) => History, history: History, times: number): History =>
  times ? repeated(step, step(history), times - 1) : history;

describe("changes", () => {
  it("taken back leave the document as it was", () => {
    fc.assert(
      fc.property(scripts, fc.nat(MAKERS.length - 1), fc.nat(99), (script, maker, seed) => {
        const { document } = played(script);
        const change = MAKERS[maker]!(document, seed);
        if (change) expect(applied(applied(document, change), inverse(change))).toEqual(document);
      }),
    );
  });

  it("turned round twice are themselves", () => {
    for (const [i, maker] of MAKERS.entries()) {
      const change = maker(played(MAKERS.map((_, i) => ({ maker: i, seed: i, drag: null }))).document, i);
      if (change) expect(inverse(inverse(change))).toEqual(change);
    }
  });

  it("undone one by one lead to the beginning, and redone to the end, however many", () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const history = played(script);
        const steps = history.done.length;
        const back = repeated(undid, history, steps);
        expect(back.document).toEqual(EMPTY);
        expect(repeated(redid, back, steps)).toEqual(history);
      }),
    );
  });

  it("undone and redone half way are where they were then", () => {
    fc.assert(
      fc.property(scripts, fc.nat(30), (script, times) => {
        const history = played(script);
        const back = repeated(undid, history, Math.min(times, history.done.length));
        if (back.done.length) expect(redid(undid(back))).toEqual(back);
      }),
    );
  });

  it("come back from where they were kept, with what can be undone and redone", () => {
    fc.assert(
      fc.property(scripts, fc.nat(30), (script, times) => {
        const history = played(script);
        const back = repeated(undid, history, Math.min(times, history.done.length));
        expect(fromLine(back.base, structuredClone(lineOf(back)), back.done.length)).toEqual(back);
      }),
    );
  });

  it("of one drag are one step", () => {
    const dragged = [3, 9, 27].reduce(
      (history, steps) => did(history, settingsChange(history.document, { steps }), "slider"),
      begun(EMPTY),
    );
    expect(dragged.document.settings).toEqual({ steps: 27 });
    expect(dragged.done).toHaveLength(1);
    expect(undid(dragged).document).toEqual(EMPTY);
  });

  it("of two drags are two steps, and so are those of none", () => {
    const change = (history: History, drag: string | null) =>
      did(history, { kind: "add stroke", stroke: stroke(1) }, drag);
    expect(change(change(begun(EMPTY), "a"), "b").done).toHaveLength(2);
    expect(change(change(begun(EMPTY), null), null).done).toHaveLength(2);
  });

  it("done after an undo take the place of what could be redone", () => {
    const once = did(begun(EMPTY), { kind: "add stroke", stroke: stroke(1) });
    expect(did(undid(once), { kind: "add stroke", stroke: stroke(2) }).undone).toEqual([]);
  });

  it("that are not there cannot be undone or redone", () => {
    const start = begun(EMPTY);
    expect(undid(start)).toBe(start);
    expect(redid(start)).toBe(start);
  });
});
