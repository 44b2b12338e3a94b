/** The server. The only file that fetches. */

import type { Fault, Routes } from "./api-types";
import { t } from "./texts";

type Options<K extends keyof Routes> = Omit<Routes[K], "answer">;
type Answer<K extends keyof Routes> = Routes[K]["answer"];

/** What the server refused, or that it is not there: what is wrong, and what to do. */
export class ApiError extends Error {
  constructor(readonly fault: Fault) {
    super(fault.message);
  }
}

const AWAY: Fault = { code: "away", message: t("away"), hint: t("away.hint") };

const GIVEN_UP: Fault = { code: "given_up", message: "", hint: "" };

/** Whether the server answered when it was asked last. */
let there = true;
let hearReach: (there: boolean) => void = () => {};

/** Tells when the server is away, and when it is back. */
export const onReach = (hear: (there: boolean) => void): void => void (hearReach = hear);

function reached(now: boolean): void {
  if (now === there) return;
  there = now;
  hearReach(now);
}

let token = "";

/** Whatever changes something has to carry the token of the session; without log-in it is empty. */
export async function signIn(): Promise<void> {
  token = (await call("GET /api/v1/session", {})).csrf;
}

/** One call of the server. Raises ApiError, also where the signal gives it up. */
export async function call<K extends keyof Routes>(route: K, options: Options<K>, signal?: AbortSignal): Promise<Answer<K>> {
  const { path, query, body } = options as { path?: Values; query?: Values; body?: unknown };
  const [method, template] = route.split(" ") as [string, string];
  const form = body instanceof FormData;
  const answer = await fetched(address(template, path, query), {
    method,
    headers: { ...(token && { "X-CSRF-Token": token }), ...(body !== undefined && !form && { "Content-Type": "application/json" }) },
    ...(body !== undefined && { body: form ? body : JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  const json = answer.headers.get("content-type")?.includes("json") ?? false;
  return (await (json ? answer.json() : answer.blob())) as Answer<K>;
}

/** A picture as the server has it. Raises ApiError. */
export const picture = async (url: string): Promise<Blob> => (await fetched(url, {})).blob();

/** A picture of the server, small, for show. */
export const smallAt = (url: string, side: number): string => address(url, {}, { side, format: "webp" });

export const fileUrl = (hash: string, side?: number): string =>
  address("/api/v1/files/{hash}", { hash }, side ? { side, format: "webp" } : {});

export const pngUrl = (hash: string): string => address("/api/v1/files/{hash}", { hash }, { format: "png" });

export function sendFile(file: Blob, name = "picture.png") {
  const body = new FormData();
  body.append("file", file, name);
  return call("POST /api/v1/files", { body });
}

/** Every event of a job from its first to its last, as the server tells them; ends by itself. */
export function listen(job: string, hear: (event: JobEvent) => void, lost: () => void): () => void {
  const source = new EventSource(address("/api/v1/jobs/{id}/events", { id: job }));
  for (const kind of KINDS)
    source.addEventListener(kind, (event) => {
      hear(JSON.parse((event as MessageEvent<string>).data) as JobEvent);
      if (LAST.has(kind)) source.close();
    });
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) lost();
    else void call("GET /api/v1/session", {}).catch(() => {}); // it tries again by itself; is the server away?
  };
  return () => source.close();
}

export type JobEvent = Routes["GET /api/v1/jobs/{id}/log"]["answer"][number];

const KINDS = ["queued", "loading", "preparing", "started", "stepped", "painted", "retried", "finished", "failed", "cancelled"];
const LAST = new Set(["finished", "failed", "cancelled"]);

type Values = Readonly<Record<string, string | number | boolean | null | undefined>>;

function address(template: string, path: Values = {}, query: Values = {}): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(path[name])));
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  const search = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
  return search ? `${filled}?${search}` : filled;
}

async function fetched(url: string, options: RequestInit): Promise<Response> {
  const answer = await fetch(url, options).catch(() => {
    if (options.signal?.aborted) throw new ApiError(GIVEN_UP);
    reached(false);
    throw new ApiError(AWAY);
  });
  reached(true);
  if (answer.ok) return answer;
  throw new ApiError(await faultOf(answer));
}

async function faultOf(answer: Response): Promise<Fault> {
  const said: unknown = await answer.json().catch(() => null);
  const fault = said as Fault | null;
  return fault?.message ? fault : { code: `http_${answer.status}`, message: t("answered", { status: answer.status }), hint: "" };
}
