/** How the studio looks on this machine: kept in the browser, for every picture. */

export const THEMES = ["system", "light", "dark"] as const;
export type ThemeName = (typeof THEMES)[number];

/** Colours for masks that are told from most pictures, each from the others too. */
export const INKS = ["#d97706", "#e11d48", "#16a34a", "#2563eb", "#c026d3"] as const;

interface Kept {
  readonly theme: ThemeName;
  readonly mask: string;
}

const KEPT = "look";
const FIRST: Kept = { theme: "system", mask: INKS[0] };

export class Look {
  theme = $state<ThemeName>("system");
  /** Colour of the mask, as `#rrggbb`. */
  mask = $state<string>(INKS[0]);

  constructor(private readonly storage: Pick<Storage, "getItem" | "setItem">) {
    const kept = lookFrom(storage.getItem(KEPT));
    this.theme = kept.theme;
    this.mask = kept.mask;
  }

  set(change: Partial<Kept>): void {
    Object.assign(this, change);
    this.storage.setItem(KEPT, JSON.stringify({ theme: this.theme, mask: this.mask }));
  }
}

/** What was kept; what is not understood is as at first. */
export function lookFrom(kept: string | null): Kept {
  const { theme, mask } = { ...FIRST, ...parsed(kept) };
  return { theme: THEMES.includes(theme) ? theme : FIRST.theme, mask: /^#[0-9a-f]{6}$/i.test(mask) ? mask : FIRST.mask };
}

function parsed(kept: string | null): Partial<Kept> {
  try {
    return JSON.parse(kept ?? "{}") as Partial<Kept>;
  } catch {
    return {};
  }
}

/** Red, green and blue, 0…255 each, of `#rrggbb`. */
export const inkOf = (colour: string): [number, number, number] => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)) as [number, number, number];

export const look = new Look(globalThis.localStorage ?? { getItem: () => null, setItem: () => {} });
