/** What lies in the server's folders, and how it is set: looked through again at every refresh. */

import { call } from "../api";
import type { CheckpointValue, ModelValue, Settings, StyleValue } from "../api-types";
import type { FieldName } from "../settings/groups";

export class Shelf {
  checkpoints = $state.raw<readonly CheckpointValue[]>([]);
  vaes = $state.raw<readonly ModelValue[]>([]);
  loras = $state.raw<readonly ModelValue[]>([]);
  embeddings = $state.raw<readonly ModelValue[]>([]);
  upscalers = $state.raw<readonly ModelValue[]>([]);
  fills = $state.raw<readonly ModelValue[]>([]);
  restorers = $state.raw<readonly ModelValue[]>([]);
  styles = $state.raw<readonly StyleValue[]>([]);
  settings = $state.raw<Settings | null>(null);

  usable = $derived(this.checkpoints.filter(({ problem }) => !problem));

  /** What holds on this server where a request says nothing. */
  defaults = $derived<Readonly<Record<string, unknown>>>(this.settings?.defaults ?? {});

  /** Raises ApiError. */
  async refresh(): Promise<void> {
    [this.checkpoints, this.vaes, this.loras, this.embeddings, this.upscalers, this.fills, this.restorers, this.styles, this.settings] =
      await Promise.all([
        call("GET /api/v1/checkpoints", {}),
        call("GET /api/v1/vaes", {}),
        call("GET /api/v1/loras", {}),
        call("GET /api/v1/embeddings", {}),
        call("GET /api/v1/upscalers", {}),
        call("GET /api/v1/erasers", {}),
        call("GET /api/v1/face-restorers", {}),
        call("GET /api/v1/styles", {}),
        call("GET /api/v1/settings", {}),
      ]);
  }

  /** What a setting may be here, where that depends on files; null: as the setting itself says. */
  choicesOf(name: FieldName): readonly string[] | null {
    return CHOICES[name]?.(this) ?? null;
  }
}

const LATENT = ["Latent", "Latent (antialiased)", "Latent (bicubic)", "Latent (bicubic antialiased)", "Latent (nearest)", "Latent (nearest-exact)"];

const names = (models: readonly ModelValue[]): readonly string[] => models.map(({ name }) => name);

const CHOICES: Readonly<Partial<Record<FieldName, (shelf: Shelf) => readonly string[]>>> = {
  vae: ({ vaes }) => ["Automatic", "None", ...names(vaes)],
  fill: ({ fills }) => names(fills),
  restore_faces: ({ restorers }) => ["none", ...names(restorers)],
  upscaler: ({ upscalers }) => names(upscalers),
  hires_upscaler: ({ upscalers }) => [...LATENT, ...names(upscalers)],
  hires_checkpoint: ({ usable }) => ["", ...usable.map(({ stem }) => stem)],
};

export const shelf = new Shelf();
