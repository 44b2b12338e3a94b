/** One tab works on a picture at a time. */

import type { Claims } from "./tabs/claims";
import { Locks } from "./tabs/locks";
import { Talk } from "./tabs/talk";

/** What this browser's tabs agree by. */
export function claims(): Claims {
  if (navigator.locks) return new Locks();
  const talk = new Talk(new BroadcastChannel("pictures"));
  addEventListener("pagehide", () => talk.release());
  addEventListener("visibilitychange", () => document.visibilityState === "visible" && void talk.awake());
  return talk;
}
