/**
 * The rate of events over time, with the place of play; a slider lies over it.
 * @module
 */
import { element } from "./element.js";
import { clock } from "./words.js";
import type { PlayerSource } from "./source.js";

export class Timeline {
  readonly node: HTMLElement;
  readonly #canvas = element("canvas", { "aria-hidden": "true" });
  readonly #slider: HTMLInputElement;
  readonly #source: PlayerSource;
  #drawn = "";

  constructor(source: PlayerSource, onSeek: (time: number) => void) {
    this.#source = source;
    this.#slider = element("input", { type: "range", min: "0", max: "1", step: "any", "aria-label": "Time" });
    this.#slider.addEventListener("input", () => onSeek(source.from + Number(this.#slider.value) * (source.to - source.from)));
    this.node = element("div", { class: "timeline" }, this.#canvas, this.#slider);
  }

  /** `now` and the window before it. */
  draw(now: number, window: number): void {
    const { from, to, rate } = this.#source;
    this.#slider.value = String((now - from) / (to - from));
    this.#slider.setAttribute("aria-valuetext", `${clock(now)} of ${clock(to)}`);
    const ratio = Math.min(2, devicePixelRatio);
    const width = Math.round(this.node.clientWidth * ratio);
    const height = Math.round(this.node.clientHeight * ratio);
    const style = getComputedStyle(this.node);
    const ink = style.color;
    const at = (time: number): number => Math.round(((time - from) / (to - from)) * width);
    const state = `${width} ${height} ${ink} ${at(now)} ${at(now - window)} ${rate.length}`;
    if (width === 0 || state === this.#drawn) return;
    this.#drawn = state;
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    const context = this.#canvas.getContext("2d")!;
    context.clearRect(0, 0, width, height);
    context.fillStyle = ink;
    const bar = width / Math.max(1, rate.length);
    const base = height - 3 * ratio;
    let most = 0;
    for (let i = 0; i < rate.length; i++) most = Math.max(most, rate[i]!);
    // One shape, darker up to where play is: bars side by side would show their seams.
    const curve = new Path2D();
    curve.moveTo(0, base);
    for (let i = 0; i < rate.length && most > 0; i++) {
      const top = base - (rate[i]! / most) * (base - 3 * ratio);
      curve.lineTo(i * bar, top);
      curve.lineTo((i + 1) * bar, top);
    }
    curve.lineTo(width, base);
    for (const [left, right, alpha] of [[0, at(now), 0.42], [at(now), width, 0.17]] as const) {
      context.save();
      context.beginPath();
      context.rect(left, 0, right - left, height);
      context.clip();
      context.globalAlpha = alpha;
      // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas, not an array
      context.fill(curve);
      context.restore();
    }
    context.globalAlpha = 0.17;
    context.fillRect(0, base, width, 3 * ratio);
    context.fillStyle = style.getPropertyValue("--accent");
    context.globalAlpha = 0.28;
    const start = Math.max(0, at(now - window));
    context.fillRect(start, 0, at(now) - start, base);
    context.globalAlpha = 1;
    context.fillRect(0, base, at(now), 3 * ratio);
    context.fillRect(Math.min(width - 2 * ratio, Math.max(0, at(now) - ratio)), 0, 2 * ratio, height);
  }
}
