/**
 * The quality of a recording as people read it.
 * @module
 */
import { escapeHtml } from "../events/markup.js";
import { count, percent, time } from "../events/summary.js";
import type { Quality } from "./quality.js";

/** What was measured, with a card for notebooks and lines for a terminal. */
export class QualityReport implements Quality {
  readonly events: Quality["events"];
  readonly rate: Quality["rate"];
  readonly times: Quality["times"];
  readonly intervals: Quality["intervals"];
  readonly pixels: Quality["pixels"];
  readonly noise: Quality["noise"];
  readonly flicker: Quality["flicker"];
  readonly alignment: Quality["alignment"];
  readonly warnings: Quality["warnings"];

  constructor({ events, rate, times, intervals, pixels, noise, flicker, alignment, warnings }: Quality) {
    this.events = events;
    this.rate = rate;
    this.times = times;
    this.intervals = intervals;
    this.pixels = pixels;
    this.noise = noise;
    this.flicker = flicker;
    this.alignment = alignment;
    this.warnings = warnings;
  }

  /** Name and value of each line. */
  rows(): readonly (readonly [name: string, value: string])[] {
    const { events, rate, times, intervals, pixels, noise, flicker, alignment } = this;
    if (events === 0) return [["events", "none"]];
    const { pixel } = intervals;
    const rows: (readonly [string, string])[] = [
      ["rate", `${count(rate.mean)} /s on average, ${count(rate.median)} median, ${count(rate.peak)} at most in ${time(rate.bin)}; ${percent(rate.silent)} of the time silent`],
      ["times", `${times.backwardSteps} steps backward${times.backwardSteps > 0 ? `, the largest ${time(times.largestBackward)}` : ""}; ${times.gaps} gaps over 100 ms; steps of ${times.grain} µs`],
      ["intervals", pixel ? `${time(pixel.median)} median between events of a pixel (5 %: ${time(pixel.p05)}, 95 %: ${time(pixel.p95)})` : "no pixel fired twice"],
      ["pixels", `${percent(pixels.active)} active, ${count(pixels.median)} events median; ${pixels.hot.length} hot with ${percent(pixels.hotShare)} of the events`],
      ["polarity", `${percent(pixels.on)} on`],
      ["noise", `${percent(noise.isolated)} without a neighbour in 20 ms: ${noise.rate.toPrecision(2)} Hz a pixel`],
    ];
    if (flicker) rows.push(["flicker", `${flicker.frequency.toFixed(1)} Hz, strength ${flicker.strength.toFixed(2)}, ${flicker.prominence.toFixed(0)} times the median power`]);
    if (alignment?.triggers) {
      const { t, missing, duplicated, jitter, period } = alignment.triggers;
      rows.push(["triggers", `${t.length} frames every ${time(period)}, ${missing} filled in, ${duplicated} doubles, jitter ${time(Number(jitter.rms.toPrecision(3)))}`]);
    }
    if (alignment?.motion) rows.push(["frames", `${alignment.frames}, offset ${time(alignment.motion.offset)} by motion (correlation ${alignment.motion.correlation.toFixed(2)})`]);
    return rows;
  }

  toString(): string {
    const lines = this.rows().map(([name, value]) => `${name.padEnd(9)} ${value}`);
    return [...lines, ...this.warnings.map((warning) => `warning   ${warning}`)].join("\n");
  }

  [Symbol.for("Jupyter.display")](): { readonly "text/html": string; readonly "text/plain": string } {
    const cell = "padding:1px 12px 1px 0;text-align:left;vertical-align:top;border:0;background:none";
    const rows = this.rows().map(([name, value]) => `<tr><td style="${cell};opacity:.65">${name}</td><td style="${cell}">${escapeHtml(value)}</td></tr>`);
    const warnings = this.warnings.map((warning) => `<div style="margin-top:4px;padding-left:8px;border-left:3px solid #e08a00">${escapeHtml(warning)}</div>`);
    const html =
      `<div style="color:inherit;font-family:system-ui,sans-serif;font-size:13px;line-height:1.45;max-width:760px"><strong>Quality</strong>` +
      `<table style="border-collapse:collapse;margin:4px 0;border:0;background:none;color:inherit;font-size:inherit"><tbody>${rows.join("")}</tbody></table>${warnings.join("")}</div>`;
    return { "text/html": html, "text/plain": this.toString() };
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}
