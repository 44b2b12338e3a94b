/** Lays a popover above its button: the top layer knows nothing of where that is. */
export function above(menu: HTMLElement, button: HTMLElement, width: number): void {
  const { left, top } = button.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  menu.style.bottom = `${innerHeight - top + 8}px`;
}
