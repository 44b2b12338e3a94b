/** The grid that is typed, and the one that runs: cells appear as they finish. */

import { ApiError, call, picture } from "../api";
import type { AxisOption, Fault, GridForecast, GridValue } from "../api-types";
import { download } from "../pictures";
import { type Studio, studio, valueOf } from "../store.svelte";
import { t } from "../texts";
import { type Axes, NO_AXES, type Typed, adopted, isEmpty, isOver, runnable, timeLeft, written } from "./axes";

const KEPT = "grid";
/** Milliseconds between two looks. */
const LOOK = 700;

/** What outlives a reload. */
interface Remembered {
  readonly axes: Axes;
  readonly record: boolean;
  readonly id: string | null;
}

export class Gridding {
  axes = $state.raw<Axes>(NO_AXES);
  /** Every cell is a round of the tree, not only those that are chosen: the others lie in the bin. */
  record = $state(false);
  options = $state.raw<readonly AxisOption[]>([]);
  forecast = $state.raw<GridForecast | null>(null);
  fault = $state.raw<Fault | null>(null);
  grid = $state.raw<GridValue | null>(null);
  /** The number of the cell that was adopted last. */
  chosen = $state<number | null>(null);
  left = $state<number | null>(null);
  #begun: { readonly at: number; readonly done: number } | null = null;
  #looking = 0;

  running = $derived(this.grid !== null && !isOver(this.grid));
  ready = $derived(!isEmpty(this.axes) && this.fault === null);

  constructor(private readonly studio: Studio) {}

  /** Brings what can be varied, and the grid of before a reload. */
  async open(): Promise<void> {
    await this.#try(async () => {
      if (!this.options.length) this.options = await call("GET /api/v1/grids/axes", {});
      const kept = remembered();
      if (this.grid || !kept) return;
      this.axes = kept.axes;
      this.record = kept.record;
      if (kept.id) this.#follow(await call("GET /api/v1/grids/{id}", { path: { id: kept.id } }));
    });
    // One of two hundred grids ago is forgotten.
    if (this.fault?.code === "unknown_job") this.fault = null;
  }

  set(place: number, axis: Partial<Typed>): void {
    this.axes = this.axes.map((each, i) => (i === place ? { ...each, ...axis } : each)) as unknown as Axes;
    this.#remember();
  }

  /** Asks what it would be; says what is wrong with what is typed. */
  async foresee(): Promise<void> {
    const asked = this.axes;
    if (isEmpty(asked)) this.forecast = this.fault = null;
    else
      await this.#try(async () => {
        const forecast = await call("POST /api/v1/grids/forecast", { body: await this.#wish() });
        if (asked !== this.axes) return;
        this.forecast = forecast;
        this.fault = null;
      });
  }

  async run(): Promise<void> {
    await this.#try(async () => {
      this.chosen = null;
      this.#follow(await call("POST /api/v1/grids", { body: await this.#wish() }));
    });
  }

  async cancel(): Promise<void> {
    const { grid } = this;
    if (grid) await this.#try(async () => this.#take(await call("DELETE /api/v1/grids/{id}", { path: { id: grid.id } })));
  }

  /** A cell's settings become the studio's, and its picture a candidate of the picture that the grid was made of. */
  async adopt(number: number): Promise<void> {
    const { grid, studio } = this;
    if (!grid) return;
    await this.#try(async () => {
      const round = await call("POST /api/v1/grids/{id}/cells/{number}/keep", { path: { id: grid.id, number } });
      this.chosen = number;
      studio.set(adopted(round.request, (name) => valueOf(studio.settings, name)));
      if (studio.tree?.id !== round.tree) await studio.visit(round.tree); // another picture was opened meanwhile
      await studio.made(round.id, round.tree, true);
    });
  }

  async save(): Promise<void> {
    const { grid } = this;
    if (grid) await this.#try(async () => download(await picture(grid.sheet), "grid.png"));
  }

  async #wish() {
    const [x, y, z] = this.axes.map(written) as [string, string, string];
    const request = { ...(await this.studio.request()), batch_size: 1, batch_count: 1 };
    const { tree, at } = this.studio;
    return { request, x, y, z, record: this.record, ...(tree && { tree: tree.id, parent: at }) };
  }

  #follow(grid: GridValue): void {
    this.#begun = { at: Date.now(), done: grid.done };
    this.#take(grid);
    clearTimeout(this.#looking);
    if (this.running) this.#looking = window.setTimeout(() => void this.#look(), LOOK);
  }

  async #look(): Promise<void> {
    const { grid } = this;
    if (!grid) return;
    await this.#try(async () => {
      this.#take(await call("GET /api/v1/grids/{id}", { path: { id: grid.id } }));
      if (this.fault?.code === "away") this.fault = null;
    });
    if (this.running && (!this.fault || this.fault.code === "away")) this.#looking = window.setTimeout(() => void this.#look(), LOOK);
    else this.studio.said = t("gridDone", { done: this.grid?.done ?? 0 });
  }

  #take(grid: GridValue): void {
    this.grid = grid;
    const { at, done } = this.#begun!;
    this.left = timeLeft((Date.now() - at) / 1000, done, grid.done, runnable(grid));
    this.#remember();
  }

  #remember(): void {
    const kept: Remembered = { axes: this.axes, record: this.record, id: this.grid?.id ?? null };
    sessionStorage.setItem(KEPT, JSON.stringify(kept));
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.fault = error.fault;
    }
  }
}

function remembered(): Remembered | null {
  const kept = sessionStorage.getItem(KEPT);
  return kept ? (JSON.parse(kept) as Remembered) : null;
}

export const gridding = new Gridding(studio);
