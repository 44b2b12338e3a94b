/** Keys on the page: each action that has one. */

import type { Comparison } from "./compare/compare";
import { comparing } from "./compare/comparing.svelte";
import { type ActionId, FIRST_KEYS, type KeyMap, actionFor, keysFrom } from "./keys";
import { resizedBrush, softened } from "./tools/options";
import { arrowStep, steered, type KeyPointer } from "./tools/keyboard";
import type { ToolKey } from "./tools/tool";
import { imagePoint } from "./words";
import { tending } from "./rounds/tending.svelte";
import type { Studio } from "./store.svelte";
import type { Pointer } from "./stage/pointer.svelte";

const KEPT = "keys";

/** Milliseconds from which on a key is held and not pressed. */
const HELD = 400;

/** What the page does for keys that the store cannot answer. */
export interface Page {
  readonly fit: () => void;
  readonly actual: () => void;
  readonly zoom: (factor: number) => void;
  readonly open: () => void;
  readonly save: () => void;
  readonly words: () => void;
  readonly copy: () => void;
  readonly panels: () => void;
  readonly tree: () => void;
  readonly grid: () => void;
  readonly help: () => void;
  readonly lesson: () => void;
  readonly preferences: () => void;
  readonly mask: (way: "load" | "save") => void;
}

export class Keyboard {
  map = $state.raw<KeyMap>(FIRST_KEYS);
  #cursor: KeyPointer | null = null;

  constructor(
    private readonly studio: Studio,
    private readonly pointer: () => Pointer | undefined,
    private readonly page: Page,
  ) {
    const stored = localStorage.getItem(KEPT);
    if (stored) this.map = keysFrom(JSON.parse(stored) as Record<string, unknown>);
  }

  remap(map: KeyMap): void {
    this.map = map;
    localStorage.setItem(KEPT, JSON.stringify(map));
  }

  down(event: KeyboardEvent): void {
    if (document.querySelector("dialog:modal")) return; // also where nothing in it has the focus: Escape closes it
    if (event.key === "Escape" && document.querySelector(":popover-open")) return; // it closes that
    const typing = (event.target as Element).matches("input:not([type=range], [type=checkbox]), textarea, select");
    const action = actionFor(this.map, event, typing ? "prompt" : "canvas");
    if (!action || action.startsWith("prompt.")) return;
    if (this.#doubles(event, action)) return;
    event.preventDefault();
    if (!event.repeat || REPEATS.test(action)) this.#do(action, event);
  }

  up(event: KeyboardEvent): void {
    const action = actionFor(this.map, event, "canvas");
    const pointer = this.pointer();
    if (!pointer) return;
    if (action?.startsWith("tool.")) this.#giveBack(event);
    if (action === "view.pan") {
      if (this.#cursor?.down) this.#steer("release", event);
      pointer.lent = null;
    }
    if (action === "compare") void this.studio.show(this.#compared);
  }

  #compared: number | null = null;

  /** Enter and Space on a button press that button; Tab goes from one to the next unless the canvas has the focus. */
  #doubles(event: KeyboardEvent, action: ActionId): boolean {
    const on = event.target as Element;
    const canvas = on instanceof HTMLCanvasElement || on === document.body;
    if (action === "view.panels") return !(on instanceof HTMLCanvasElement);
    return !canvas && (event.key === "Enter" || event.key === " ") && !event.ctrlKey;
  }

  #do(action: ActionId, event: KeyboardEvent): void {
    const { studio, page } = this;
    const [family, name] = action.split(".") as [string, string | undefined];
    if (family === "tool") return this.#take(name as ToolKey, event);
    if (family === "candidate" && Number(name)) return void studio.show(Number(name) - 1);
    if (family === "compare" && name) return comparing.toggle(name as Comparison);
    if (family === "move") return this.#steer(name as Way, event);
    const work: Partial<Record<ActionId, () => unknown>> = {
      "brush.smaller": () => studio.setOptions(resizedBrush(studio.options, -1)),
      "brush.larger": () => studio.setOptions(resizedBrush(studio.options, 1)),
      "brush.harder": () => studio.setOptions(softened(studio.options, -1)),
      "brush.softer": () => studio.setOptions(softened(studio.options, 1)),
      "mask.invert": () => studio.edit({ kind: "invert" }),
      "mask.grow": () => studio.edit({ kind: "grow", pixels: 4 }),
      "mask.shrink": () => studio.edit({ kind: "shrink", pixels: 4 }),
      "mask.feather": () => studio.edit({ kind: "feather", pixels: 4 }),
      "mask.fill": () => studio.edit({ kind: "fill holes" }),
      "mask.clear": () => studio.edit({ kind: "clear" }),
      "mask.toggle": () => (studio.maskVisible = !studio.maskVisible),
      "mask.new": () => studio.addMask(),
      "mask.next": () => this.#nextMask(),
      "mask.on": () => studio.active && studio.setMask(studio.active, { on: !studio.active.on }),
      "mask.drop": () => studio.active && studio.document.masks.length > 1 && studio.dropMask(studio.active),
      "mask.load": () => page.mask("load"),
      "mask.save": () => studio.masked && page.mask("save"),
      "view.pan": () => this.#space(event),
      "view.fit": page.fit,
      "view.actual": page.actual,
      "view.larger": () => page.zoom(1.25),
      "view.smaller": () => page.zoom(0.8),
      "view.panels": page.panels,
      "edit.undo": () => studio.undo(),
      "edit.redo": () => studio.redo(),
      "edit.finish": () => this.pointer()?.tell({ kind: "finish" }),
      "file.open": page.open,
      "file.save": page.save,
      "file.words": page.words,
      "file.copy": page.copy,
      "run.generate": () => studio.generate(),
      "run.interrupt": () => this.#leave(),
      "run.skip": () => studio.end("skip"),
      "candidate.keep": () => studio.keep(),
      "candidate.bin": () => studio.chosen && tending.binCandidate(studio.chosen.number),
      "round.back": () => tending.back(),
      "round.forward": () => tending.forward(),
      "round.tree": page.tree,
      grid: page.grid,
      "answer.yes": () => studio.answer(true),
      "answer.no": () => studio.answer(false),
      compare: () => {
        this.#compared = studio.showing;
        return studio.show(null);
      },
      "models.refresh": () => studio.refresh(),
      lesson: page.lesson,
      preferences: page.preferences,
      help: page.help,
    };
    work[action]?.();
  }

  /** The tool before the one whose key is down, since when it is, and how often the pointer was pressed by then. */
  #held: { readonly tool: ToolKey; readonly since: number; readonly presses: number } | null = null;

  #take(tool: ToolKey, { repeat, timeStamp: since }: KeyboardEvent): void {
    if (repeat) return;
    this.#held = { tool: this.studio.tool, since, presses: this.pointer()?.presses ?? 0 };
    this.studio.tool = tool;
  }

  /** A tool that was used while its key was held was wanted for as long; one whose key was pressed, however slowly, stays. */
  #giveBack({ timeStamp }: KeyboardEvent): void {
    const held = this.#held;
    if (held && timeStamp - held.since > HELD && this.pointer()?.presses !== held.presses) this.studio.tool = held.tool;
    this.#held = null;
  }

  /** Escape ends the nearest thing that can be ended. */
  #leave(): void {
    const pointer = this.pointer();
    if (pointer?.gesture.kind === "active") pointer.tell({ kind: "cancel" });
    else if (comparing.on) comparing.way = null;
    else if (this.studio.busy) void this.studio.end("interrupt");
  }

  #nextMask(): void {
    const { masks } = this.studio.document;
    const at = masks.findIndex(({ id }) => id === this.studio.active?.id);
    this.studio.layer = masks[(at + 1) % masks.length]?.id ?? null;
  }

  /** Space paints where the arrows have led; otherwise it moves the view. */
  #space(event: KeyboardEvent): void {
    const pointer = this.pointer();
    if (this.#steering(pointer)) this.#steer("press", event);
    else if (pointer) pointer.lent = "pan";
  }

  /** Arrows have led the brush, and no mouse since. */
  #steering(pointer: Pointer | undefined): boolean {
    return this.#cursor !== null && pointer?.hover === this.#cursor.at;
  }

  #steer(way: Way | "press" | "release", event: KeyboardEvent): void {
    const { studio } = this;
    const pointer = this.pointer();
    if (!pointer || !studio.size) return;
    if (!this.#steering(pointer)) this.#cursor = null;
    this.#cursor ??= { at: pointer.hover ?? imagePoint(studio.size.width / 2, studio.size.height / 2), down: false };
    const key = way in ARROWS ? { kind: "arrow" as const, ...ARROWS[way as Way], far: event.shiftKey } : { kind: way as "press" | "release" };
    const next = steered(this.#cursor, key, arrowStep(studio.options.diameter), studio.size, pointer.view);
    this.#cursor = next.pointer;
    pointer.hover = next.pointer.at;
    pointer.tell(next.input);
  }
}

type Way = keyof typeof ARROWS;

const ARROWS = {
  left: { x: -1, y: 0 },
  right: { x: 1, y: 0 },
  up: { x: 0, y: -1 },
  down: { x: 0, y: 1 },
} as const;

const REPEATS = /^(move|brush|view\.(larger|smaller|pan)|edit|tool)/;
