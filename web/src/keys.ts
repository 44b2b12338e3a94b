/** The keyboard: what every key does, as a table that a person can change. */

/** Where a key counts: over the canvas (never while typing), in a prompt, or everywhere. */
export type Place = "canvas" | "prompt" | "everywhere";

export interface Action {
  readonly place: Place;
  readonly keys: readonly string[];
  /** Held down it acts as long as it is held. */
  readonly hold?: true;
}

const on = (place: Place, ...keys: string[]): Action => ({ place, keys });
const held = (place: Place, ...keys: string[]): Action => ({ place, keys, hold: true });

const TOOL_ACTIONS = {
  "tool.pan": on("canvas", "H"),
  "tool.brush": on("canvas", "B"),
  "tool.eraser": held("canvas", "E"),
  "tool.lasso": on("canvas", "L"),
  "tool.polygon": on("canvas", "P"),
  "tool.rectangle": on("canvas", "R"),
  "tool.ellipse": on("canvas", "O"),
  "tool.fill": on("canvas", "G"),
  "tool.select": on("canvas", "W"),
  "tool.sketch": on("canvas", "S"),
  "tool.dropper": held("canvas", "I"),
  "tool.frame": on("canvas", "F"),
  "tool.crop": on("canvas", "A"),
} as const;

const CANDIDATES = Object.fromEntries(
  Array.from({ length: 9 }, (_, i) => [`candidate.${i + 1}`, on("canvas", `${i + 1}`)]),
) as Readonly<Record<`candidate.${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9}`, Action>>;

export const ACTIONS = {
  ...TOOL_ACTIONS,
  "brush.smaller": on("canvas", "["),
  "brush.larger": on("canvas", "]"),
  "brush.harder": on("canvas", "{"),
  "brush.softer": on("canvas", "}"),
  "move.left": on("canvas", "ArrowLeft", "Shift+ArrowLeft"),
  "move.right": on("canvas", "ArrowRight", "Shift+ArrowRight"),
  "move.up": on("canvas", "ArrowUp", "Shift+ArrowUp"),
  "move.down": on("canvas", "ArrowDown", "Shift+ArrowDown"),
  "mask.invert": on("canvas", "X"),
  "mask.grow": on("canvas", "."),
  "mask.shrink": on("canvas", ","),
  "mask.feather": on("canvas", ";"),
  "mask.fill": on("canvas", "J"),
  "mask.clear": on("canvas", "Delete", "Backspace"),
  "mask.toggle": on("canvas", "T"),
  "mask.new": on("canvas", "N"),
  "mask.next": on("canvas", "M"),
  "mask.on": on("canvas", "Shift+T"),
  "mask.drop": on("canvas", "Shift+M"),
  "mask.load": on("canvas", "Shift+O"),
  "mask.save": on("canvas", "Shift+S"),
  "view.pan": held("canvas", "Space"),
  "view.fit": on("canvas", "0"),
  "view.actual": on("everywhere", "Ctrl+1"),
  "view.larger": on("canvas", "+", "="),
  "view.smaller": on("canvas", "-"),
  "view.panels": on("canvas", "Tab"),
  "edit.undo": on("canvas", "Ctrl+Z"),
  "edit.redo": on("canvas", "Ctrl+Y", "Ctrl+Shift+Z"),
  "edit.finish": on("canvas", "Shift+Enter"),
  "file.open": on("everywhere", "Ctrl+O"),
  "file.save": on("everywhere", "Ctrl+S"),
  "file.words": on("canvas", "Shift+N"),
  "file.copy": on("canvas", "Ctrl+C"),
  "run.generate": on("everywhere", "Ctrl+Enter"),
  "run.interrupt": on("everywhere", "Escape"),
  "run.skip": on("everywhere", "Alt+Enter"),
  ...CANDIDATES,
  "candidate.keep": on("canvas", "Enter"),
  "candidate.bin": on("canvas", "Shift+Delete"),
  "round.back": on("canvas", "Ctrl+Alt+Z"),
  "round.forward": on("canvas", "Ctrl+Alt+Y"),
  "round.tree": on("canvas", "Shift+R"),
  grid: on("canvas", "Shift+G"),
  "answer.yes": on("canvas", "Y"),
  "answer.no": on("canvas", "Shift+Y"),
  compare: held("canvas", "C"),
  "compare.wipe": on("canvas", "V"),
  "compare.side": on("canvas", "U"),
  "compare.blink": on("canvas", "Q"),
  "compare.difference": on("canvas", "D"),
  "prompt.stronger": on("prompt", "Ctrl+ArrowUp"),
  "prompt.weaker": on("prompt", "Ctrl+ArrowDown"),
  "prompt.left": on("prompt", "Alt+ArrowLeft"),
  "prompt.right": on("prompt", "Alt+ArrowRight"),
  "models.refresh": on("canvas", "Shift+C"),
  lesson: on("canvas", "Shift+L"),
  preferences: on("canvas", "Shift+P"),
  help: on("canvas", "?"),
} as const satisfies Readonly<Record<string, Action>>;

export type ActionId = keyof typeof ACTIONS;

/** A key with what is held beside it, such as `Ctrl+Shift+Z`; Ctrl stands for the command key too. */
export type Chord = string;

export type KeyMap = Readonly<Record<ActionId, readonly Chord[]>>;

export type KeyPressed = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

const ids = Object.keys(ACTIONS) as ActionId[];

export const FIRST_KEYS: KeyMap = Object.fromEntries(ids.map((id) => [id, ACTIONS[id].keys])) as KeyMap;

const MODIFIERS = new Set(["Control", "Shift", "Alt", "Meta", "AltGraph"]);

/** The chord that was pressed; null for a modifier alone. */
export function chordOf({ key, code, ctrlKey, metaKey, altKey, shiftKey }: KeyPressed): Chord | null {
  if (MODIFIERS.has(key)) return null;
  const name = keyName(key, code);
  // A sign such as { or ? needs Shift on some keyboards and not on others: it counts by itself.
  const shift = shiftKey && (name.length > 1 || /[A-Z0-9]/.test(name));
  return [ctrlKey || metaKey ? "Ctrl" : "", altKey ? "Alt" : "", shift ? "Shift" : "", name].filter(Boolean).join("+");
}

function keyName(key: string, code: string): string {
  if (key === " ") return "Space";
  // Greek, Cyrillic and others: letters by their place, as most programs take them.
  if (key.length === 1 && key > "~" && /^Key[A-Z]$/.test(code)) return code.slice(3);
  return key.length === 1 ? key.toUpperCase() : key;
}

/** What a key does where the focus is; null if nothing. */
export function actionFor(keys: KeyMap, pressed: KeyPressed, place: Exclude<Place, "everywhere">): ActionId | null {
  const chord = chordOf(pressed);
  if (!chord) return null;
  return ids.find((id) => overlap(ACTIONS[id].place, place) && keys[id].includes(chord)) ?? null;
}

const overlap = (one: Place, other: Place): boolean => one === other || one === "everywhere" || other === "everywhere";

export const remapped = (keys: KeyMap, id: ActionId, chords: readonly Chord[]): KeyMap => ({ ...keys, [id]: chords });

export interface Conflict {
  readonly chord: Chord;
  readonly actions: readonly ActionId[];
}

/** Keys that would do two things in the same place. */
export function conflicts(keys: KeyMap): Conflict[] {
  const chords = new Set(ids.flatMap((id) => keys[id]));
  return [...chords].flatMap((chord) => {
    const having = ids.filter((id) => keys[id].includes(chord));
    const actions = having.filter((id) =>
      having.some((other) => other !== id && overlap(ACTIONS[id].place, ACTIONS[other].place)),
    );
    return actions.length ? [{ chord, actions }] : [];
  });
}

/** The person's own keys, from what was stored: actions that are unknown are left out, new ones have their first keys. */
export const keysFrom = (stored: Readonly<Record<string, unknown>>): KeyMap =>
  Object.fromEntries(ids.map((id) => [id, chords(stored[id]) ?? FIRST_KEYS[id]])) as KeyMap;

const chords = (value: unknown): readonly Chord[] | null =>
  Array.isArray(value) && value.every((chord) => typeof chord === "string") ? value : null;

const SIGNS: Readonly<Record<string, string>> = {
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Enter: "⏎",
  Escape: "Esc",
};

const APPLE: Readonly<Record<string, string>> = { Ctrl: "⌘", Alt: "⌥", Shift: "⇧" };

/** A chord as it is shown to a person: `Ctrl+↑`, on a Mac `⌘↑`. */
export function shownChord(chord: Chord, apple = false): string {
  const parts = chord === "+" ? ["+"] : chord.replace(/\+\+$/, "+plus").split("+");
  const shown = parts.map((part) => (part === "plus" ? "+" : (apple && APPLE[part]) || SIGNS[part] || part));
  return shown.join(apple ? "" : "+");
}
