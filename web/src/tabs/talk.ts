/** One tab works on a picture at a time, agreed on by talking: for pages from another host's plain http, which have no locks. */

import { newId } from "../ids";
import { type Claims, PATIENCE } from "./claims";

/** `to` is the tab that asked. */
type Said = { readonly picture: string; readonly tab: string } & (
  | { readonly kind: "ask" | "take" | "free" }
  | { readonly kind: "have"; readonly to: string }
);

/** What tabs talk over; a BroadcastChannel. */
export interface Channel {
  postMessage(said: unknown): void;
  onmessage: ((event: MessageEvent) => void) | null;
}

interface Waiting {
  readonly picture: string;
  readonly got: () => void;
  readonly lost: () => void;
}

/** A tab that died says nothing: whoever waits asks again, milliseconds. */
const AGAIN = 5000;

export class Talk implements Claims {
  readonly #tab = newId();
  /** Asked for, or had. */
  #picture: string | null = null;
  #had = false;
  #lost = () => {};
  #refused = () => {};
  #waiting: Waiting | null = null;

  constructor(
    private readonly channel: Channel,
    private readonly patience = PATIENCE,
    again = AGAIN,
  ) {
    channel.onmessage = ({ data }) => this.#hear(data as Said);
    setInterval(() => void this.#tryAgain(), again);
  }

  async claim(picture: string, lost: () => void, take = false): Promise<boolean> {
    this.release();
    return this.#win(picture, lost, take);
  }

  await(picture: string, got: () => void, lost: () => void): void {
    this.#waiting = { picture, got, lost };
  }

  release(): void {
    this.#waiting = null;
    const picture = this.#picture;
    this.#picture = null;
    if (picture && this.#had) this.#say({ kind: "free", picture, tab: this.#tab });
    this.#had = false;
  }

  /** A tab that was asleep may have been taken for dead: who has its picture now keeps it. */
  async awake(): Promise<void> {
    const [picture, lost] = [this.#picture, this.#lost];
    if (picture && this.#had && !(await this.#unanswered(picture))) this.#taken(picture, lost);
  }

  async #win(picture: string, lost: () => void, take: boolean): Promise<boolean> {
    this.#picture = picture;
    this.#had = false;
    if (take) this.#say({ kind: "take", picture, tab: this.#tab });
    const won = take || (await this.#unanswered(picture));
    if (this.#picture !== picture) return false; // another was claimed meanwhile
    this.#had = won;
    this.#lost = lost;
    if (!won) this.#picture = null;
    return won;
  }

  #unanswered(picture: string): Promise<boolean> {
    return new Promise((resolve) => {
      setTimeout(() => resolve(true), this.patience);
      this.#refused = () => resolve(false);
      this.#say({ kind: "ask", picture, tab: this.#tab });
    });
  }

  async #tryAgain(): Promise<void> {
    const waiting = this.#waiting;
    if (!waiting || this.#picture || !(await this.#win(waiting.picture, waiting.lost, false))) return;
    this.#waiting = null;
    waiting.got();
  }

  #taken(picture: string, lost: () => void): void {
    if (this.#picture !== picture) return;
    this.#picture = null;
    this.#had = false;
    lost();
  }

  #hear(said: Said): void {
    const { kind, picture, tab } = said;
    if (kind === "have" && said.to === this.#tab && picture === this.#picture) this.#refused();
    if (kind === "free" && picture === this.#waiting?.picture) void this.#tryAgain();
    if (picture !== this.#picture) return;
    // Of two that ask at once the first by name has it.
    if (kind === "ask" && (this.#had || this.#tab < tab)) this.#say({ kind: "have", picture, tab: this.#tab, to: tab });
    if (kind === "take" && this.#had) this.#taken(picture, this.#lost);
  }

  #say(said: Said): void {
    this.channel.postMessage(said);
  }
}
