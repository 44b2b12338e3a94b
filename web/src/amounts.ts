/** Bytes and seconds in words. */

import { t } from "./texts";

const UNITS = { GB: 1e9, MB: 1e6 } as const;

const unitOf = (bytes: number): keyof typeof UNITS => (bytes >= UNITS.GB ? "GB" : "MB");

const inUnit = (bytes: number, unit: keyof typeof UNITS): string => (bytes / UNITS[unit]).toFixed(unit === "GB" ? 1 : 0);

/** `2.1 GB`, `40 MB` */
export const bytesSaid = (bytes: number): string => `${inUnit(bytes, unitOf(bytes))} ${unitOf(bytes)}`;

/** `1.2 of 2.1 GB`: both in the unit that fits the larger. */
export function bytesOf(done: number, total: number): string {
  const unit = unitOf(total);
  return t("loading.bytes", { done: inUnit(done, unit), total: inUnit(total, unit), unit });
}

/** `about 4 s`, `about 3 min` */
export const aboutTime = (seconds: number): string =>
  seconds < 100 ? t("aboutSeconds", { seconds: Math.ceil(seconds) }) : t("aboutMinutes", { minutes: Math.round(seconds / 60) });

/** `4 s left` */
export const timeLeftSaid = (seconds: number): string => t("secondsLeft", { seconds: Math.ceil(seconds) });
