/** What a person did to the document, as changes that can be taken back: undo without limit. */

import { NO_SIDES } from "./boxes";
import type { ColourStroke, MaskEdit, MaskLayer, Sides, Size, SketchLayer } from "./words";

/**
 * The picture that is worked on: named by the hash of its bytes.
 *
 * transparent  it has an alpha channel
 * at           the candidate that it is; none: the picture that was opened
 */
export interface PictureRef {
  readonly hash: string;
  readonly size: Size;
  readonly transparent?: boolean;
  readonly at?: { readonly round: string; readonly number: number } | null;
}

/** The request's settings, by the names of its fields; one that is absent has its default. */
export type Settings = Readonly<Record<string, unknown>>;

/**
 * All that a sitting holds of one picture.
 *
 * extend  how far the picture's frame is dragged outwards
 */
export interface Document {
  readonly picture: PictureRef | null;
  readonly extend: Sides;
  readonly masks: readonly MaskLayer[];
  readonly sketch: SketchLayer;
  readonly settings: Settings;
}

type Fields = Pick<Document, "picture" | "extend">;
type Facts = Pick<MaskLayer, "name" | "on">;

type Kinds<K extends string, Rest> = K extends string ? { readonly kind: K } & Rest : never;

/** Each holds what was there before as well as what comes after, so that it can be turned round. */
export type Change =
  | Kinds<"add edit" | "drop edit", { readonly mask: string; readonly edit: MaskEdit }>
  | Kinds<"add mask" | "drop mask", { readonly at: number; readonly layer: MaskLayer }>
  | {
      readonly kind: "set mask";
      readonly mask: string;
      readonly before: Partial<Facts>;
      readonly after: Partial<Facts>;
    }
  | Kinds<"add stroke" | "drop stroke", { readonly stroke: ColourStroke }>
  | { readonly kind: "set sketch"; readonly before: SketchLayer; readonly after: SketchLayer }
  | { readonly kind: "set"; readonly before: Partial<Fields>; readonly after: Partial<Fields> }
  | { readonly kind: "settings"; readonly before: Settings; readonly after: Settings }
  | { readonly kind: "group"; readonly changes: readonly Change[] };

type Of<K extends Change["kind"]> = Extract<Change, { kind: K }>;

interface Rule<K extends Change["kind"]> {
  readonly apply: (document: Document, change: Of<K>) => Document;
  readonly invert: (change: Of<K>) => Change;
}

const withMask = (document: Document, id: string, change: (layer: MaskLayer) => MaskLayer): Document => ({
  ...document,
  masks: document.masks.map((layer) => (layer.id === id ? change(layer) : layer)),
});

const withStrokes = ({ sketch, ...rest }: Document, strokes: readonly ColourStroke[]): Document => ({
  ...rest,
  sketch: { ...sketch, strokes },
});

const exchanged = <C extends { before: unknown; after: unknown }>(change: C): C => ({
  ...change,
  before: change.after,
  after: change.before,
});

const RULES: { readonly [K in Change["kind"]]: Rule<K> } = {
  "add edit": {
    apply: (document, { mask, edit }) =>
      withMask(document, mask, (layer) => ({ ...layer, edits: [...layer.edits, edit] })),
    invert: (change) => ({ ...change, kind: "drop edit" }),
  },
  "drop edit": {
    apply: (document, { mask }) => withMask(document, mask, (layer) => ({ ...layer, edits: layer.edits.slice(0, -1) })),
    invert: (change) => ({ ...change, kind: "add edit" }),
  },
  "add mask": {
    apply: (document, { at, layer }) => ({ ...document, masks: document.masks.toSpliced(at, 0, layer) }),
    invert: (change) => ({ ...change, kind: "drop mask" }),
  },
  "drop mask": {
    apply: (document, { at }) => ({ ...document, masks: document.masks.toSpliced(at, 1) }),
    invert: (change) => ({ ...change, kind: "add mask" }),
  },
  "set mask": {
    apply: (document, { mask, after }) => withMask(document, mask, (layer) => ({ ...layer, ...after })),
    invert: exchanged,
  },
  "add stroke": {
    apply: (document, { stroke }) => withStrokes(document, [...document.sketch.strokes, stroke]),
    invert: (change) => ({ ...change, kind: "drop stroke" }),
  },
  "drop stroke": {
    apply: (document) => withStrokes(document, document.sketch.strokes.slice(0, -1)),
    invert: (change) => ({ ...change, kind: "add stroke" }),
  },
  "set sketch": { apply: (document, { after }) => ({ ...document, sketch: after }), invert: exchanged },
  set: { apply: (document, { after }) => ({ ...document, ...after }), invert: exchanged },
  settings: {
    apply: (document, { after }) => ({ ...document, settings: withSettings(document.settings, after) }),
    invert: exchanged,
  },
  group: {
    apply: (document, { changes }) => changes.reduce(applied, document),
    invert: ({ changes }) => ({ kind: "group", changes: changes.map(inverse).reverse() }),
  },
};

const ruleOf = (change: Change): Rule<Change["kind"]> => RULES[change.kind] as unknown as Rule<Change["kind"]>;

/** A setting of `undefined` is taken out again. */
const withSettings = (settings: Settings, after: Settings): Settings =>
  Object.fromEntries(Object.entries({ ...settings, ...after }).filter(([, value]) => value !== undefined));

export const applied = (document: Document, change: Change): Document => ruleOf(change).apply(document, change);

/** The change that takes this one back. */
export const inverse = (change: Change): Change => ruleOf(change).invert(change);

/** Settings to be changed on this document, with what they were. */
export const settingsChange = ({ settings }: Document, after: Settings): Of<"settings"> => ({
  kind: "settings",
  before: Object.fromEntries(Object.keys(after).map((key) => [key, settings[key]])),
  after,
});

/** The picture or its frame, with what they were. */
export const fieldsChange = (document: Document, after: Partial<Fields>): Of<"set"> => ({
  kind: "set",
  before: Object.fromEntries(
    (Object.keys(after) as (keyof Fields)[]).map((key) => [key, document[key]]),
  ) as Partial<Fields>,
  after,
});

/**
 * Another picture of the same sitting: a candidate that is kept. Its frame and sketch begin anew.
 *
 * masks  those it goes on with; the same ones stay as they are
 */
export function pictureChange(document: Document, picture: PictureRef | null, masks: readonly MaskLayer[]): Of<"group"> {
  const { sketch } = document;
  return {
    kind: "group",
    changes: [
      fieldsChange(document, { picture, extend: NO_SIDES }),
      { kind: "set sketch", before: sketch, after: { on: true, strokes: [] } },
      ...(masks === document.masks ? [] : masksChange(document, masks).changes),
    ],
  };
}

/** Other masks instead of all that there are. */
export function masksChange({ masks }: Document, others: readonly MaskLayer[]): Of<"group"> {
  const dropped = masks.map((layer, at): Change => ({ kind: "drop mask", at, layer })).reverse();
  const added = others.map((layer, at): Change => ({ kind: "add mask", at, layer }));
  return { kind: "group", changes: [...dropped, ...added] };
}

export const maskChange = ({ masks }: Document, mask: string, after: Partial<Facts>): Of<"set mask"> => {
  const layer = masks.find(({ id }) => id === mask);
  const before = Object.fromEntries((Object.keys(after) as (keyof Facts)[]).map((key) => [key, layer?.[key]]));
  return { kind: "set mask", mask, before: before as Partial<Facts>, after };
};
