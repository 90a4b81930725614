/**
 * Axes of flat panels: ranges, ticks, and their drawing in both forms.
 * @module
 */
import { ink, rule } from "./colours.js";
import { domains, numbered, type Box, type Place, type PlotlyObject } from "./panel.js";
import { escapeText, line, round, text, textWidth } from "./svg.js";

/** One axis. A range that runs from high to low draws an axis reversed, as pixels have it downwards. */
export interface Axis {
  /** With its unit: "x / px". */
  readonly title: string;
  readonly range: readonly [first: number, last: number];
  /** "si" writes 1.5M for 1 500 000. */
  readonly format?: "plain" | "si";
  readonly grid?: boolean;
  /** Instead of numbers: name i stands at i. Across they are turned, to fit. */
  readonly names?: readonly string[];
}

/** The step of 1, 2 or 5 times a power of ten that is nearest to `step`. */
export function niceStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const lead = step / power;
  return (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10) * power;
}

/** Round numbers within the range, about `count` of them. */
export function ticks([first, last]: readonly [number, number], count: number): number[] {
  const low = Math.min(first, last);
  const high = Math.max(first, last);
  if (!(high > low)) return [low];
  const step = niceStep((high - low) / Math.max(1, count));
  const values: number[] = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) values.push(i * step);
  return values;
}

const prefixes: readonly (readonly [number, string])[] = [
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
  [1, ""],
];

export function formatTick(value: number, format: Axis["format"] = "plain"): string {
  const magnitude = Math.abs(value);
  const [unit, prefix] = (format === "si" && prefixes.find(([size]) => magnitude >= size * (1 - 1e-9))) || [1, ""];
  const digits = String(Number((magnitude / unit).toPrecision(6)));
  return `${value < 0 && digits !== "0" ? "−" : ""}${digits}${prefix}`;
}

/** The axes of a flat panel for Plotly. */
export function plotlyAxes(place: Place, x: Axis, y: Axis): PlotlyObject {
  const { number } = place;
  const domain = domains(place);
  const shared = (axis: Axis) => ({
    range: [...axis.range],
    showgrid: axis.grid ?? false,
    ...(axis.grid ? { gridcolor: rule } : {}),
    zeroline: false,
    ticks: "outside",
    ticklen: 4,
    tickcolor: ink,
    linecolor: ink,
    showline: true,
    mirror: true,
    tickfont: { size: 11 },
    ...(axis.names && { tickmode: "array", tickvals: axis.names.map((_, i) => i), ticktext: axis.names.map(escapeText) }),
    ...(axis.format === "si" ? { tickformat: "~s" } : { exponentformat: "none" }),
  });
  return {
    [numbered("xaxis", number)]: {
      ...shared(x),
      domain: domain.x,
      anchor: numbered("y", number),
      nticks: tickCount(place.box.width, 70) + 1,
      ...(x.names && { tickangle: -40 }),
      title: { text: escapeText(x.title), standoff: 6, font: { size: 12 } },
    },
    [numbered("yaxis", number)]: {
      ...shared(y),
      domain: domain.y,
      anchor: numbered("x", number),
      nticks: tickCount(place.box.height, 45) + 1,
      title: { text: escapeText(y.title), standoff: 6, font: { size: 12 } },
    },
  };
}

/** The same axes as SVG: what lies behind the data, and what lies over it. */
export function svgAxes(box: Box, x: Axis, y: Axis): { under: string; over: string } {
  const right = box.left + box.width;
  const bottom = box.top + box.height;
  const toX = position(x.range, box.left, right);
  const toY = position(y.range, bottom, box.top);
  const under: string[] = [];
  const over: string[] = [];
  for (const value of marks(x, tickCount(box.width, 70))) {
    const at = toX(value);
    if (x.grid) under.push(line(at, box.top, at, bottom, rule));
    const label = x.names ? text(at + 3, bottom + 11, x.names[value]!, { anchor: "end", size: 11, rotate: -40 }) : text(at, bottom + 13, formatTick(value, x.format), { anchor: "middle", size: 11 });
    over.push(line(at, bottom, at, bottom + 4), label);
  }
  for (const value of marks(y, tickCount(box.height, 45))) {
    const at = toY(value);
    if (y.grid) under.push(line(box.left, at, right, at, rule));
    over.push(line(box.left - 4, at, box.left, at), text(box.left - 7, at, y.names?.[value] ?? formatTick(value, y.format), { anchor: "end", size: 11 }));
  }
  over.push(
    `<rect x="${round(box.left)}" y="${round(box.top)}" width="${round(box.width)}" height="${round(box.height)}" fill="none" stroke="${ink}"/>`,
    text(box.left + box.width / 2, bottom + (x.names ? room(x.names, Math.SQRT1_2) + 20 : 32), x.title, { anchor: "middle" }),
    text(box.left - (y.names ? room(y.names, 1) + 20 : 43), box.top + box.height / 2, y.title, { anchor: "middle", rotate: -90 }),
  );
  return { under: under.join(""), over: over.join("") };
}

/** Pixels that the longest name takes, and the tick before it. */
export function room(names: readonly string[], share: number): number {
  return 12 + share * Math.max(0, ...names.map((name) => textWidth(name, 11)));
}

/** Where ticks stand. */
function marks({ range, names }: Axis, count: number): number[] {
  return names ? names.map((_, i) => i) : ticks(range, count);
}

/** Maps a range onto pixels. */
export function position([first, last]: readonly [number, number], from: number, to: number): (value: number) => number {
  const slope = last === first ? 0 : (to - from) / (last - first);
  return (value) => from + (value - first) * slope;
}

function tickCount(pixels: number, each: number): number {
  return Math.max(2, Math.floor(pixels / each));
}
