/**
 * The card of an event table in a notebook.
 * @module
 */
import { polarityColours } from "./colours.js";
import { densestWindow, previewPicture, rateCurve } from "./preview.js";
import { count, describe, percent, time, type Summary } from "./summary.js";
import type { EventTable } from "./table.js";
import { escapeHtml } from "./markup.js";

/** What a notebook takes: one representation a MIME type. */
export interface CardBundle {
  readonly "text/html": string;
  readonly "text/plain": string;
}

const previewLength = 30_000n;

/** The card of a table. It holds its own picture, needs no script, and follows light and dark themes. */
export function card(table: EventTable): CardBundle {
  const summary = table.summary();
  return { "text/html": html(table, summary), "text/plain": describe(summary) };
}

function html(table: EventTable, summary: Summary): string {
  const { events, on, off, duration, rate, sensor, triggers, first, origin, format, assumptions } = summary;
  const facts: [name: string, value: string][] = [
    ["events", count(events)],
    ["duration", events === 0 ? "" : time(duration)],
    ["starts at", first === undefined ? "" : time(Number(first - origin))],
    ["mean rate", rate === 0 ? "" : `${count(rate)} /s`],
    ["sensor", `${sensor.width} × ${sensor.height}`],
    ["triggers", triggers === 0 ? "" : count(triggers)],
    ["read from", format],
  ];
  const rows = facts
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `<tr><td style="${cell};opacity:.65">${name}</td><td style="${cell}">${escapeHtml(value)}</td></tr>`);
  const notes = assumptions.map((note) => `<div style="opacity:.75;font-size:.9em;margin-top:4px">${escapeHtml(note)}</div>`);
  return (
    `<div class="evtlab-card" style="display:flex;flex-wrap:wrap;gap:20px;align-items:flex-start;color:inherit;font-family:system-ui,sans-serif;font-size:13px;line-height:1.45">` +
    `<div style="min-width:240px;max-width:340px"><strong>EventTable</strong>` +
    `<table style="border-collapse:collapse;margin:4px 0;border:0;background:none;color:inherit;font-size:inherit"><tbody>${rows.join("")}</tbody></table>` +
    `${shareBar(on, off)}${curve(rateCurve(table.t, 120), duration)}${notes.join("")}</div>${preview(table)}</div>`
  );
}

const cell = "padding:1px 12px 1px 0;text-align:left;border:0;background:none";

/** On and off as parts of one bar. */
function shareBar(on: number, off: number): string {
  if (on + off === 0) return "";
  const share = on / (on + off);
  return (
    `<div style="display:flex;height:6px;border-radius:3px;overflow:hidden;margin:6px 0 2px" role="img" aria-label="${percent(share)} on">` +
    `<div style="width:${percent(share)};background:${polarityColours.on}"></div><div style="flex:1;background:${polarityColours.off}"></div></div>` +
    `<div style="display:flex;justify-content:space-between;opacity:.75;font-size:.9em"><span>on ${percent(share)}</span><span>off ${percent(1 - share)}</span></div>`
  );
}

/** The rate over time, drawn in the colour of the text. */
function curve(counts: readonly number[], duration: number): string {
  if (duration === 0) return "";
  const most = Math.max(...counts);
  const points = counts.map((value, i) => `${((i / (counts.length - 1)) * 280).toFixed(1)},${(43 - (value / most) * 40).toFixed(1)}`);
  const peak = (most * counts.length) / (duration / 1e6);
  return (
    `<svg viewBox="0 0 280 44" width="280" height="44" style="display:block;margin-top:8px;max-width:100%" role="img" aria-label="events per second over time">` +
    `<polygon points="0,44 ${points.join(" ")} 280,44" fill="currentColor" fill-opacity=".12"/>` +
    `<polyline points="${points.join(" ")}" fill="none" stroke="currentColor" stroke-opacity=".7" stroke-width="1.2"/></svg>` +
    `<div style="opacity:.75;font-size:.9em">rate, at most ${count(peak)} /s</div>`
  );
}

function preview(table: EventTable): string {
  if (table.length === 0) return "";
  const window = densestWindow(table.t, previewLength);
  const picture = Buffer.from(previewPicture(table, table.sensor, window)).toString("base64");
  const start = Number(table.t[window[0]]! - table.origin);
  const length = Number(table.t[window[1] - 1]! - table.t[window[0]]!);
  const caption = `${count(window[1] - window[0])} events from ${time(start)} on, ${time(length)}: <span style="color:${polarityColours.on}">on</span>, <span style="color:#3a9bd9">off</span>`;
  return (
    `<figure style="margin:0;flex:0 1 480px"><img alt="events of the densest part" src="data:image/png;base64,${picture}" ` +
    `style="display:block;width:100%;max-width:480px;image-rendering:pixelated;border:1px solid rgba(128,128,128,.35);background:none">` +
    `<figcaption style="opacity:.75;font-size:.9em">${caption}</figcaption></figure>`
  );
}
