/**
 * A picture that follows a widget.
 * @module
 */
import { displayOfKernel } from "../progress/display.js";
import type { Widget, WidgetState } from "./model.js";

/**
 * Shows the widget and below it what `draw` makes of its value, again with each new one. While `draw` works, newer values
 * wait, and only the last of them is drawn: dragging never piles up work.
 *
 * Outside of a notebook it draws once and returns.
 * @returns a promise of the first picture having been shown
 */
export async function live<State extends WidgetState & { readonly value: unknown }>(widget: Widget<State>, draw: (value: State["value"]) => unknown): Promise<void> {
  const display = displayOfKernel();
  display?.(widget);
  const handle = display?.(await draw(widget.get("value")));
  let drawing = false;
  let outdated = false;
  const redraw = async (): Promise<void> => {
    outdated = true;
    if (drawing) return;
    drawing = true;
    try {
      while (outdated) {
        outdated = false;
        handle?.update(await draw(widget.get("value")));
      }
    } finally {
      drawing = false;
    }
  };
  widget.on("value", () => void redraw());
}
