import { describe, expect, it } from "vitest";

import {
  ACTIONS,
  type ActionId,
  FIRST_KEYS,
  type KeyPressed,
  actionFor,
  chordOf,
  conflicts,
  keysFrom,
  remapped,
  shownChord,
} from "./keys";
import { TOOLS } from "./tools/table";

const pressed = (key: string, more: Partial<KeyPressed> = {}): KeyPressed => ({
  key,
  code: "",
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
});

describe("the keyboard", () => {
  it("has a key for every action, and none that does two things in one place", () => {
    for (const id of Object.keys(ACTIONS) as ActionId[]) expect(FIRST_KEYS[id]).not.toEqual([]);
    expect(conflicts(FIRST_KEYS)).toEqual([]);
  });

  it("has a key for every tool", () => {
    for (const key of Object.keys(TOOLS)) expect(ACTIONS).toHaveProperty([`tool.${key}`]);
  });

  it.each([
    [pressed("b"), "tool.brush"],
    [pressed("B", { shiftKey: true }), null],
    [pressed("["), "brush.smaller"],
    [pressed("{", { shiftKey: true }), "brush.harder"],
    [pressed("z", { ctrlKey: true }), "edit.undo"],
    [pressed("z", { metaKey: true }), "edit.undo"],
    [pressed("Z", { ctrlKey: true, shiftKey: true }), "edit.redo"],
    [pressed("Enter", { ctrlKey: true }), "run.generate"],
    [pressed("Enter"), "candidate.keep"],
    [pressed("7"), "candidate.7"],
    [pressed(" "), "view.pan"],
    [pressed("?", { shiftKey: true }), "help"],
    [pressed("ArrowLeft", { shiftKey: true }), "move.left"],
    [pressed("Control", { ctrlKey: true }), null],
  ] as const)("%o does %s on the canvas", (event, action) =>
    expect(actionFor(FIRST_KEYS, event, "canvas")).toBe(action),
  );

  it("finds letters by their place on keyboards that have others", () => {
    expect(actionFor(FIRST_KEYS, pressed("и", { code: "KeyB" }), "canvas")).toBe("tool.brush");
  });

  it("lets a person type: letters do nothing in a prompt, and undo is the text's own", () => {
    expect(actionFor(FIRST_KEYS, pressed("b"), "prompt")).toBeNull();
    expect(actionFor(FIRST_KEYS, pressed("z", { ctrlKey: true }), "prompt")).toBeNull();
    expect(actionFor(FIRST_KEYS, pressed("ArrowUp", { ctrlKey: true }), "prompt")).toBe("prompt.stronger");
    expect(actionFor(FIRST_KEYS, pressed("Enter", { ctrlKey: true }), "prompt")).toBe("run.generate");
  });

  it("does what it was changed to do, and says where keys would clash", () => {
    const mine = remapped(FIRST_KEYS, "tool.brush", ["Q"]);
    expect(actionFor(mine, pressed("q"), "canvas")).toBe("tool.brush");
    expect(actionFor(mine, pressed("b"), "canvas")).toBeNull();
    expect(conflicts(remapped(FIRST_KEYS, "tool.brush", ["E"]))).toEqual([
      { chord: "E", actions: ["tool.brush", "tool.eraser"] },
    ]);
    expect(conflicts(remapped(FIRST_KEYS, "prompt.stronger", ["B"]))).toEqual([]);
    expect(conflicts(remapped(FIRST_KEYS, "prompt.stronger", ["Ctrl+Enter"]))).toHaveLength(1);
  });

  it("reads stored keys, and mends what does not fit", () => {
    const read = keysFrom({ "tool.brush": ["Q"], "tool.lasso": 7, "tool.gone": ["B"] });
    expect(read).toEqual(remapped(FIRST_KEYS, "tool.brush", ["Q"]));
  });

  it("shows keys as people know them", () => {
    expect(shownChord("Ctrl+ArrowUp")).toBe("Ctrl+↑");
    expect(shownChord("Ctrl+ArrowUp", true)).toBe("⌘↑");
    expect(shownChord("+")).toBe("+");
    expect(shownChord("Ctrl++")).toBe("Ctrl++");
    expect(chordOf(pressed("+", { shiftKey: true }))).toBe("+");
  });
});
