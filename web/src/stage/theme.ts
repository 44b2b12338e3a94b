/** The canvas's colours, read from the page's own. */

import { inkOf, look } from "../preferences/look.svelte";
import type { Theme } from "../painting/theme";

type Ink = Theme["mask"]["tint"];

export function themeOf(element: Element, maskInk: Ink = inkOf(look.mask)): Theme {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    ground: token("--ground"),
    chequer: [token("--chequer-light"), token("--chequer-dark")],
    beyond: token("--chequer-light"),
    line: "#ffffff",
    shadow: "rgba(0, 0, 0, 0.7)",
    handle: token("--accent"),
    label: { text: "#ffffff", ground: "rgba(20, 18, 16, 0.8)" },
    font: "12px system-ui, sans-serif",
    mask: { tint: maskInk, inside: [255, 255, 255], outside: [20, 18, 16] },
  };
}
