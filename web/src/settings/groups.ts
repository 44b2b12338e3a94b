/** Which settings stand together, under which heading: every setting of a request has its place here. */

import { FIELDS, SOFT_FIELDS } from "../fields";

export type FieldName = keyof typeof FIELDS;
export type SoftName = keyof typeof SOFT_FIELDS;

/**
 * fields  in the order they are shown
 * told    those whose values stand in the heading whatever they are; of the others, those that were changed
 */
export interface Group {
  readonly fields: readonly FieldName[];
  readonly told: readonly FieldName[];
}

const group = (told: readonly FieldName[], ...more: FieldName[]): Group => ({ told, fields: [...told, ...more] });

export const GROUPS = {
  sampling: group(["sampler", "scheduler"], "exact_steps", "clip_skip", "image_cfg_scale", "fast"),
  seed: group(["seed"], "variation_seed", "variation_strength", "seed_resize_width", "seed_resize_height", "eta_noise_seed_delta", "noise_source"),
  batch: group(["batch_size", "batch_count"]),
  mask: group(
    ["mask_blur", "padding"],
    ...(["mask_mode", "mask_blur_y", "supersampling", "fill", "mask_round", "mask_weight", "resize_mask", "overlay", "color_correction", "background_color"] as const),
  ),
  soft: group(["soft_inpainting"]),
  faces: group(["restore_faces"], "face_weight", "face_prompt", "face_denoising_strength"),
  size: group([], "width", "height", "resize_mode", "upscaler", "tiling"),
  second: group(
    [],
    ...(["hires_scale", "hires_width", "hires_height", "hires_steps", "hires_upscaler", "hires_denoising_strength"] as const),
    ...(["hires_checkpoint", "hires_prompt", "hires_negative_prompt", "hires_sampler", "hires_scheduler"] as const),
  ),
  reading: group([], "emphasis", "comma_backtrack", "prompt_comments", "old_prompt_editing", "pad_prompts"),
  finer: group(
    [],
    ...(["eta", "s_churn", "s_tmin", "s_tmax", "s_noise", "s_min_uncond", "s_min_uncond_all", "skip_early_cond"] as const),
    ...(["sigma_min", "sigma_max", "rho", "beta_alpha", "beta_beta", "discard_penultimate_sigma"] as const),
    ...(["initial_noise_multiplier", "extra_noise", "sgm_noise_multiplier", "old_karras_sigmas", "quantize_timesteps"] as const),
    ...(["downcast_alphas", "zero_terminal_snr", "unipc_order", "unipc_variant", "unipc_skip", "unipc_lower_order_final"] as const),
  ),
  compat: group(["compat"], "make_inpainting"),
} as const satisfies Readonly<Record<string, Group>>;

export type GroupKey = keyof typeof GROUPS;

/** Settings that have another place: on the canvas, in the top bar, above the groups. */
export const ELSEWHERE: readonly FieldName[] = [
  ...(["images", "mask", "extend", "checkpoint", "vae"] as const),
  ...(["prompt", "negative_prompt", "masked_content", "denoising_strength", "cfg_scale", "steps", "area"] as const),
];

/** How finely a slider moves, where that is not by ones. */
export const STEPS: Readonly<Record<string, number>> = {
  padding: 4,
  supersampling: 0.25,
  cfg_scale: 0.5,
  image_cfg_scale: 0.05,
  hires_scale: 0.05,
  width: 8,
  height: 8,
  seed_resize_width: 8,
  seed_resize_height: 8,
  hires_width: 8,
  hires_height: 8,
};

/** How far a slider goes, where the field itself goes further than anybody slides. */
export const REACH: Readonly<Record<string, number>> = {
  batch_size: 8,
  batch_count: 16,
  hires_scale: 4,
  s_churn: 100,
  rho: 14,
  beta_alpha: 2,
  beta_beta: 2,
};

/** Sliders end here; what goes further is a number to be typed. */
const SLID = 200;

export interface Facts {
  readonly kind: string;
  readonly description: string;
  readonly default: unknown;
  readonly optional: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly choices?: readonly string[];
}

export const factsOf = (name: FieldName): Facts => FIELDS[name];
export const softFactsOf = (name: SoftName): Facts => SOFT_FIELDS[name];

/** Where a slider ends; null: it is a number to be typed. */
export function reachOf(name: string, { minimum, maximum, optional }: Facts): number | null {
  if (optional || minimum === undefined || maximum === undefined) return REACH[name] ?? null;
  const end = REACH[name] ?? maximum;
  return end <= SLID || name === "padding" ? end : null;
}

export const stepOf = (name: string, { kind }: Facts): number => STEPS[name] ?? (kind === "number" ? 0.01 : 1);
