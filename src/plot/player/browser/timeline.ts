/**
 * The rate of events over time, with the place of play; a slider lies over it.
 * @module
 */
import { element } from "./element.js";
import { clock } from "./words.js";
import type { PlayerSource } from "./source.js";

/** Milliseconds. */
const tellEvery = 250;

export class Timeline {
  readonly node: HTMLElement;
  /** The curve to come and the curve that is past, one over the other: play only moves the edge between them. */
  readonly #coming = element("canvas", { "aria-hidden": "true" });
  readonly #past = element("canvas", { "aria-hidden": "true" });
  readonly #span = element("div", { class: "span" });
  readonly #now = element("div", { class: "now" });
  readonly #slider: HTMLInputElement;
  readonly #source: PlayerSource;
  #drawn = "";
  #told = 0;

  constructor(source: PlayerSource, onSeek: (time: number) => void) {
    this.#source = source;
    this.#slider = element("input", { type: "range", min: "0", max: "1", step: "any", "aria-label": "Time" });
    this.#slider.addEventListener("input", () => onSeek(source.from + Number(this.#slider.value) * (source.to - source.from)));
    this.node = element("div", { class: "timeline" }, this.#coming, this.#past, this.#span, this.#now, this.#slider);
  }

  /** `now` and the window before it. While it plays, readers of the slider hear of it a few times a second. */
  draw(now: number, window: number, playing: boolean): void {
    const { from, to } = this.#source;
    const share = (time: number): number => Math.max(0, Math.min(1, (time - from) / (to - from)));
    const [at, start] = [share(now), share(now - window)];
    this.#past.style.clipPath = `inset(0 ${100 * (1 - at)}% 0 0)`;
    this.#span.style.transform = `translateX(${100 * start}%) scaleX(${at - start})`;
    this.#now.style.transform = `translateX(${100 * at}%)`;
    this.#drawCurves();
    const time = performance.now();
    if (playing && time - this.#told < tellEvery) return;
    this.#told = time;
    this.#slider.value = String(at);
    this.#slider.setAttribute("aria-valuetext", `${clock(now)} of ${clock(to)}`);
  }

  #drawCurves(): void {
    const { rate } = this.#source;
    const ratio = Math.min(2, devicePixelRatio);
    const width = Math.round(this.node.clientWidth * ratio);
    const height = Math.round(this.node.clientHeight * ratio);
    const style = getComputedStyle(this.node);
    const [ink, accent] = [style.color, style.getPropertyValue("--accent")];
    const state = `${width} ${height} ${ink} ${rate.length}`;
    if (width === 0 || state === this.#drawn) return;
    this.#drawn = state;
    const bar = width / Math.max(1, rate.length);
    const base = height - 3 * ratio;
    let most = 0;
    for (let i = 0; i < rate.length; i++) most = Math.max(most, rate[i]!);
    // One shape: bars side by side would show their seams.
    const curve = new Path2D();
    curve.moveTo(0, base);
    for (let i = 0; i < rate.length && most > 0; i++) {
      const top = base - (rate[i]! / most) * (base - 3 * ratio);
      curve.lineTo(i * bar, top);
      curve.lineTo((i + 1) * bar, top);
    }
    curve.lineTo(width, base);
    for (const [canvas, alpha, line, lineAlpha] of [[this.#coming, 0.17, ink, 0.17], [this.#past, 0.3, accent, 1]] as const) {
      Object.assign(canvas, { width, height });
      const context = canvas.getContext("2d")!;
      context.fillStyle = ink;
      context.globalAlpha = alpha;
      // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas, not an array
      context.fill(curve);
      context.fillStyle = line;
      context.globalAlpha = lineAlpha;
      context.fillRect(0, base, width, 3 * ratio);
    }
  }
}
