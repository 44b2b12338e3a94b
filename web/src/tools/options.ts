/** Limits, steps and first values of what can be set for tools. */

import type { Size } from "../words";
import type { ToolOptions } from "./tool";

export interface Range {
  readonly least: number;
  readonly most: number;
  readonly step: number;
  readonly unit: string;
}

export const FIRST_OPTIONS: ToolOptions = {
  diameter: 48,
  softness: 0.1,
  tolerance: 24,
  contiguous: true,
  mode: "paint",
  colour: "#b5651d",
};

/** A picture that the first diameter suits. */
export const FIRST_SIZE: Size = { width: 384, height: 384 };

export const RANGES = {
  diameter: { least: 1, most: 2000, step: 1, unit: "px" },
  softness: { least: 0, most: 1, step: 0.05, unit: "" },
  tolerance: { least: 0, most: 255, step: 1, unit: "" },
} as const satisfies Partial<Record<keyof ToolOptions, Range>>;

export type Measure = keyof typeof RANGES;

/** Set to a value, or the nearest within limits. */
export function measured(options: ToolOptions, measure: Measure, value: number): ToolOptions {
  const { least, most } = RANGES[measure];
  return { ...options, [measure]: Math.min(most, Math.max(least, value)) };
}

/** A brush that is to one picture what it was to another. */
export function suited(options: ToolOptions, before: Size, now: Size): ToolOptions {
  const longer = ({ width, height }: Size) => Math.max(width, height);
  return measured(options, "diameter", Math.round((options.diameter * longer(now)) / longer(before)));
}

/** One press of `[` or `]`: a tenth larger or smaller, and a pixel at least. */
export function resizedBrush(options: ToolOptions, direction: 1 | -1): ToolOptions {
  const step = Math.max(1, Math.round(options.diameter / 10));
  return measured(options, "diameter", options.diameter + direction * step);
}

/** One press of `{` or `}`. */
export function softened(options: ToolOptions, direction: 1 | -1): ToolOptions {
  return measured(options, "softness", Math.round((options.softness + direction * 0.1) * 100) / 100);
}
