/** Pointers on the canvas, told to the chosen tool; what it finishes is done. */

import { EMPTY, joined } from "../boxes";
import { emptyMask } from "../mask/tiles";
import { type LiveStroke, liveStroke } from "../mask/live";
import { type LiveColour, emptySketch, liveColour } from "../sketch";
import type { Studio } from "../store.svelte";
import { TOOLS } from "../tools/table";
import { type Gesture, type Outcome, type Scene, type ToolKey, IDLE } from "../tools/tool";
import { type Viewport, panned, pinched, toImage } from "../viewport";
import { type Box, type ColourStroke, type ImagePoint, type PointerInput, type ScreenPoint, screenPoint } from "../words";
import type { Touched } from "../painting";
import { paddingFor } from "../working";

export class Pointer {
  view = $state.raw<Viewport>({ size: { width: 1, height: 1 }, scale: 1, x: 0, y: 0, ratio: 1 });
  gesture = $state.raw<Gesture>(IDLE);
  hover = $state.raw<ImagePoint | null>(null);
  live = $state.raw<LiveStroke | null>(null);
  liveSketch = $state.raw<LiveColour | null>(null);
  /** A tool that is held for a moment instead of the chosen one. */
  lent = $state<ToolKey | null>(null);

  /** How often it was pressed with the tool of its key, by hand or by Space. */
  presses = 0;

  /** What the stroke under way changed since it was last drawn. */
  touched: Touched = {};

  readonly #down = new Map<number, ScreenPoint>();
  /** The pen that is down: the hand that rests beside it is no finger. */
  #pen: number | null = null;

  constructor(
    private readonly studio: Studio,
    private readonly crop: () => Box | null,
  ) {}

  get tool() {
    return TOOLS[this.studio.readOnly ? "pan" : (this.lent ?? this.studio.tool)];
  }

  scene(): Scene {
    const { options, size, document } = this.studio;
    return { options, picture: size!, scale: this.view.scale, extend: document.extend, crop: this.crop() };
  }

  pressed(event: PointerEvent): void {
    if (event.pointerType === "touch" && this.#pen !== null) return;
    (event.target as Element).setPointerCapture(event.pointerId);
    this.#down.set(event.pointerId, at(event));
    if (event.pointerType === "pen") this.#pen = event.pointerId;
    if (this.#down.size > 1) return this.tell({ kind: "cancel" });
    this.lent = LENT[event.button] ?? this.lent;
    // What is painted is seen: what hides the mask gives way.
    if (this.tool.key !== "pan") {
      if (this.studio.candidate) void this.studio.show(null);
      this.studio.maskVisible = true;
    }
    this.tell(this.#input("down", event));
  }

  moved(event: PointerEvent): void {
    if (event.pointerType === "touch" && !this.#down.has(event.pointerId)) return;
    const from = [...this.#down.values()];
    if (this.#down.has(event.pointerId)) this.#down.set(event.pointerId, at(event));
    if (from.length === 2) {
      const to = [...this.#down.values()];
      this.view = pinched(this.view, [from[0]!, from[1]!], [to[0]!, to[1]!]);
      return;
    }
    for (const each of event.getCoalescedEvents?.() ?? [event]) this.tell(this.#input("move", each));
    this.hover = toImage(this.view, at(event));
  }

  lifted(event: PointerEvent): void {
    const alone = this.#down.size === 1 && this.#down.has(event.pointerId);
    this.#gone(event);
    if (alone) this.tell(this.#input("up", event));
    if (event.button in LENT) this.lent = null;
  }

  cancelled(event: PointerEvent): void {
    this.#gone(event);
    this.tell({ kind: "cancel" });
  }

  #gone(event: PointerEvent): void {
    this.#down.delete(event.pointerId);
    if (this.#pen === event.pointerId) this.#pen = null;
    if (event.pointerType === "touch") this.hover = null; // a finger that is lifted points at nothing
  }

  tell(input: PointerInput): void {
    if (!this.studio.size) return;
    if (input.kind === "down" && !this.lent) this.presses += 1;
    const { gesture, outcome } = this.tool.step(this.gesture, input, this.scene());
    this.gesture = gesture;
    this.#drawn();
    if (outcome) this.#perform(outcome);
    if (gesture.kind === "idle") this.live = this.liveSketch = null;
  }

  /** A stroke is painted while it is drawn: only what it adds. */
  #drawn(): void {
    const { studio } = this;
    if (this.gesture.kind !== "active" || this.gesture.draft.kind !== "stroke") return;
    const { stroke } = this.gesture.draft;
    if ("colour" in stroke) {
      this.liveSketch ??= liveColour(studio.sketch ?? emptySketch(studio.size!));
      this.touched = { ...this.touched, sketch: joined(this.touched.sketch ?? EMPTY, this.liveSketch.extend(stroke)) };
    } else {
      this.live ??= liveStroke(studio.active ? studio.pixelsOf(studio.active) : emptyMask(studio.size!));
      this.touched = { ...this.touched, mask: joined(this.touched.mask ?? EMPTY, this.live.extend(stroke)) };
    }
  }

  #perform(outcome: Outcome): void {
    const { studio } = this;
    switch (outcome.kind) {
      case "edit":
        if (outcome.edit.kind === "stroke") this.live?.extend(outcome.edit);
        return studio.edit(outcome.edit, outcome.edit.kind === "stroke" ? this.live?.pixels : undefined);
      case "sketch":
        return studio.do({ kind: "add stroke", stroke: outcome.stroke as ColourStroke });
      case "extend":
        return studio.setFields({ extend: outcome.sides });
      case "crop":
        return this.#pad(outcome.box);
      case "pan":
        this.view = panned(this.view, outcome.x, outcome.y);
        return;
      case "pick colour":
        return this.#pick(outcome.at);
      case "select object":
        return void studio.select(outcome.box, outcome.mode);
    }
  }

  /** A part that was dragged is a padding: the part itself follows the mask. */
  #pad(dragged: Box): void {
    const { studio } = this;
    const before = this.crop();
    if (!before || !studio.place) return;
    const padding = paddingFor(studio.place.padding, before, dragged);
    if (padding !== studio.place.padding) studio.set({ padding });
  }

  #pick({ x, y }: ImagePoint): void {
    const samples = this.studio.samples();
    if (!samples || x < 0 || y < 0 || x >= samples.size.width || y >= samples.size.height) return;
    const from = (Math.floor(y) * samples.size.width + Math.floor(x)) * 4;
    const hex = [...samples.rgba.slice(from, from + 3)].map((value) => value.toString(16).padStart(2, "0")).join("");
    this.studio.setOptions({ ...this.studio.options, colour: `#${hex}` });
  }

  #input(kind: "down" | "move" | "up", event: PointerEvent): PointerInput {
    const screen = at(event);
    const { shiftKey: shift, altKey: alt, ctrlKey: ctrl } = event;
    const pressure = event.pointerType === "pen" ? event.pressure : 1;
    return { kind, at: toImage(this.view, screen), screen, pressure, modifiers: { shift, alt, ctrl } };
  }
}

/** Buttons that hold another tool for as long as they are pressed: the wheel, and the far end of a pen. */
const LENT: Readonly<Record<number, ToolKey>> = { 1: "pan", 5: "eraser" };

/** The canvases fill their stage: coordinates of the event's target are those of the screen. */
const at = (event: PointerEvent): ScreenPoint => screenPoint(event.offsetX, event.offsetY);
