/** Pointers on two pictures that are compared: the line is dragged, all else moves the view of both. */

import type { Pointer } from "../stage/pointer.svelte";
import { kept, panned, pinched, wheelFactor, zoomed } from "../viewport";
import { type ScreenPoint, distance, screenPoint } from "../words";
import { inWhole, nearLine, shareAt } from "./compare";
import { comparing } from "./comparing.svelte";

/** Less than this is a click and no drag, CSS pixels. */
const STILL = 4;

export class Handling {
  cursor = $state("grab");
  /** The last press went nowhere. */
  still = true;
  #line = false;
  #from: ScreenPoint | null = null;
  readonly #down = new Map<number, ScreenPoint>();

  constructor(private readonly pointer: Pointer) {}

  pressed(event: PointerEvent): void {
    (event.target as Element).setPointerCapture(event.pointerId);
    const at = this.#at(event);
    this.#down.set(event.pointerId, at);
    this.#from = at;
    this.still = true;
    this.#line = this.#down.size === 1 && this.#near(event);
  }

  moved(event: PointerEvent): void {
    const before = [...this.#down.values()];
    const from = this.#down.get(event.pointerId);
    if (!from) {
      this.cursor = this.#near(event) ? "ew-resize" : "grab";
      return;
    }
    const at = this.#at(event);
    this.#down.set(event.pointerId, at);
    if (distance(at, this.#from!) > STILL) this.still = false;
    const { view } = this.pointer;
    if (before.length === 2) {
      const now = [...this.#down.values()];
      this.pointer.view = pinched(view, [before[0]!, before[1]!], [now[0]!, now[1]!]);
    } else if (this.#line) comparing.share = shareAt(view, at);
    else this.pointer.view = panned(view, at.x - from.x, at.y - from.y);
  }

  lifted(event: PointerEvent): void {
    this.#down.delete(event.pointerId);
    this.#line = false;
  }

  wheel(event: WheelEvent): void {
    event.preventDefault();
    const at = screenPoint(event.offsetX, event.offsetY);
    const about = comparing.way === "side" ? inWhole(this.pointer.view, at) : at;
    this.pointer.view = kept(zoomed(this.pointer.view, wheelFactor(event.deltaY), about), comparing.after!.levels.size);
  }

  #near(event: PointerEvent): boolean {
    return comparing.way === "wipe" && nearLine(this.pointer.view, comparing.share, this.#at(event));
  }

  #at({ offsetX, offsetY }: PointerEvent): ScreenPoint {
    return screenPoint(offsetX, offsetY);
  }
}
