/**
 * Buttons and menus under the stage.
 * @module
 */
import { polarityColours, polarityColoursOnDark } from "../../colours.js";
import { element, icon } from "./element.js";
import { help } from "./keys.js";
import { speeds, windows } from "../scales.js";
import type { PlayerState } from "../state.js";
import type { EventPlayer } from "./player.js";
import type { PlayerSource } from "./source.js";
import { clock, duration, speedName } from "./words.js";

/** Milliseconds between two states of the clock while it runs. */
const tellEvery = 100;

const shapes = {
  play: "M3 1.5v13l11-6.5z",
  pause: "M3 2h3.6v12H3zM9.4 2H13v12H9.4z",
  loop: "M8 3V.5L12 4 8 7.500V5a3.500 3.500 0 1 0 3.500 3.500h2A5.500 5.500 0 1 1 8 3z",
};

export class Controls {
  readonly nodes: readonly HTMLElement[];
  readonly #play = element("button", { type: "button", class: "round" });
  readonly #loop = element("button", { type: "button", class: "round plain", "aria-label": "Loop", title: "Loop (l)" }, icon(shapes.loop));
  readonly #now = document.createTextNode("");
  readonly #speed: HTMLSelectElement;
  readonly #window: HTMLSelectElement;
  readonly #legend = element("span", { class: "legend" });
  readonly #choices: ((state: PlayerState) => void)[] = [];
  #playing: boolean | undefined;
  #told = 0;

  constructor(player: EventPlayer, { to, note, frames }: PlayerSource) {
    this.#play.addEventListener("click", () => player.toggle());
    this.#loop.addEventListener("click", () => player.setLoop(!player.state.loop));
    this.#speed = menu("Speed", (value) => player.setSpeed(value));
    this.#window = menu("Window", (value) => player.setWindow(value));
    const mode = this.#choice("Mode", [["decay", "decay"], ["count", "count"]], (state) => state.mode, (value) => player.setMode(value));
    const view = this.#choice("View", [["flat", "x‑y"], ["cloud", "x‑y‑t"]], (state) => state.view, (value) => player.setView(value));
    const pictures = this.#choice("Frames", [["beside", "beside"], ["under", "under"], ["off", "off"]], (state) => state.frames, (value) => player.setFrames(value));
    const controls = element(
      "div", { class: "controls" },
      this.#play, this.#loop,
      element("span", { class: "time" }, this.#now, element("span", {}, ` / ${clock(to)}`)),
      element("label", { class: "right" }, "speed", this.#speed),
      element("label", {}, "window", this.#window),
      mode, view,
      ...(frames ? [element("label", {}, "frames", pictures)] : []),
    );
    const keys = help.flatMap(([key, meaning]) => [element("kbd", {}, key), ` ${meaning}`]);
    this.nodes = [
      controls,
      element("div", { class: "foot" }, this.#legend, ...(note === undefined ? [] : [element("span", { class: "note" }, note)]), element("span", { class: "help right" }, ...keys)),
    ];
  }

  update(state: PlayerState): void {
    const { playing, time, speed, window, loop } = state;
    // More often nobody can read it, and each time the page lays out text.
    const at = performance.now();
    if (!playing || at - this.#told >= tellEvery) {
      this.#told = at;
      this.#now.data = clock(time);
    }
    if (playing !== this.#playing) {
      this.#playing = playing;
      this.#play.replaceChildren(icon(playing ? shapes.pause : shapes.play));
      this.#play.setAttribute("aria-label", playing ? "Pause" : "Play");
      this.#play.title = playing ? "Pause (space)" : "Play (space)";
    }
    this.#loop.setAttribute("aria-pressed", String(loop));
    choose(this.#speed, speeds, speed, speedName);
    choose(this.#window, windows, window, duration);
    for (const show of this.#choices) show(state);
  }

  /** The colours of on and off. */
  setPalette(dark: boolean): void {
    const colours = dark ? polarityColoursOnDark : polarityColours;
    this.#legend.replaceChildren(element("b", { style: `color:${colours.on}` }, "on"), " ", element("b", { style: `color:${colours.off}` }, "off"));
  }

  #choice<Value extends string>(name: string, values: readonly (readonly [Value, string])[], chosen: (state: PlayerState) => Value, set: (value: Value) => void): HTMLElement {
    const buttons = values.map(([value, text]) => {
      const button = element("button", { type: "button", "aria-pressed": "false" }, text);
      button.addEventListener("click", () => set(value));
      return button;
    });
    this.#choices.push((state) => buttons.forEach((button, i) => {
      const pressed = String(values[i]![0] === chosen(state));
      if (button.getAttribute("aria-pressed") !== pressed) button.setAttribute("aria-pressed", pressed);
    }));
    return element("span", { class: "choice", role: "group", "aria-label": name }, ...buttons);
  }
}

function menu(name: string, set: (value: number) => void): HTMLSelectElement {
  const select = element("select", { "aria-label": name });
  select.addEventListener("change", () => set(Number(select.value)));
  return select;
}

/** Shows `value` in the menu, among `values`. */
function choose(select: HTMLSelectElement, values: readonly number[], value: number, name: (value: number) => string): void {
  if (select.value === String(value)) return;
  if (![...select.options].some((option) => option.value === String(value))) {
    const all = [...new Set([...values, value])].sort((a, b) => a - b);
    select.replaceChildren(...all.map((each) => element("option", { value: String(each) }, name(each))));
  }
  select.value = String(value);
}
