/** The document, what was done to it, and what went wrong. */

import { ApiError } from "../api";
import type { Fault } from "../api-types";
import { NO_SIDES } from "../boxes";
import { type Change, type Document, type Settings, fieldsChange, settingsChange } from "../changes";
import { FIELDS } from "../fields";
import { type History, begun, did, redid, undid } from "../history";
import { shelf } from "../models/shelf.svelte";
import { FIRST_OPTIONS } from "../tools/options";
import type { ToolKey, ToolOptions } from "../tools/tool";

const EMPTY: Document = {
  picture: null,
  extend: NO_SIDES,
  masks: [],
  sketch: { on: true, strokes: [] },
  settings: { area: "only masked", batch_size: 4 },
};

/** A setting's value, or what holds on this server where nothing is said. */
export const valueOf = <K extends keyof typeof FIELDS>(settings: Settings, key: K): unknown =>
  settings[key] ?? (settings[key] === null ? null : (shelf.defaults[key] ?? FIELDS[key].default));

export class Sitting {
  history = $state.raw(begun(EMPTY));
  document = $derived(this.history.document);
  settings = $derived(this.document.settings);

  tool = $state<ToolKey>("brush");
  options = $state.raw<ToolOptions>(FIRST_OPTIONS);

  /** What was there before a reload is there again. */
  ready = $state(false);
  /** The picture is worked on in another tab: here it is only looked at. */
  readOnly = $state(false);
  fault = $state.raw<Fault | null>(null);
  /** What a screen reader is told. */
  said = $state("");

  do(change: Change, drag: string | null = null): void {
    if (this.readOnly) return;
    this.history = did(this.history, change, drag);
    this.changed();
  }

  undo(): void {
    if (!this.readOnly) this.turn(undid(this.history));
  }

  redo(): void {
    if (!this.readOnly) this.turn(redid(this.history));
  }

  /** Goes over to a history that is a step before or after this one. */
  protected turn(history: History): void {
    this.history = history;
    this.changed();
  }

  set(settings: Settings, drag: string | null = null): void {
    this.do(settingsChange(this.document, $state.snapshot(settings) as Settings), drag);
  }

  setFields(fields: Parameters<typeof fieldsChange>[1]): void {
    this.do(fieldsChange(this.document, fields));
  }

  setOptions(options: ToolOptions): void {
    this.options = options;
    this.changed();
  }

  /** Told of everything that is to survive a reload. */
  protected changed(): void {}

  #turns: Promise<void> = Promise.resolve();

  /** Tries what lays another picture on the canvas, once all that was to lay one before has ended. */
  protected inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turns.then(() => this.try(work));
    this.#turns = done.catch(() => {});
    return done;
  }

  /** Does what may be refused; a refusal is shown. */
  async try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.fault = null;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.fault = error.fault;
    }
  }
}
