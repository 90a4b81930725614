/**
 * Light or dark: what the ground around the player is, and a call when it changes.
 * @module
 */

export function isDark(near: HTMLElement): boolean {
  for (let node: Node | null = near; node; node = node instanceof ShadowRoot ? node.host : node.parentNode) {
    if (!(node instanceof Element)) continue;
    const [red = 0, green = 0, blue = 0, alpha = 1] = (getComputedStyle(node).backgroundColor.match(/[\d.]+/g) ?? []).map(Number);
    if (getComputedStyle(node).backgroundColor.startsWith("rgb") && alpha > 0.5) return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
  }
  return getComputedStyle(document.documentElement).colorScheme.includes("dark") && matchMedia("(prefers-color-scheme: dark)").matches;
}

/** Returns a function that ends the watch. */
export function onThemeChange(call: () => void): () => void {
  const media = matchMedia("(prefers-color-scheme: dark)");
  media.addEventListener("change", call);
  // JupyterLab sets data-jp-theme-name on the body once the style sheet of a theme is there.
  const observer = new MutationObserver(() => setTimeout(call, 50));
  observer.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-jp-theme-name", "class"] });
  return () => {
    media.removeEventListener("change", call);
    observer.disconnect();
  };
}
