/**
 * A figure: panels in rows and columns, as Plotly's JSON and as a picture.
 * @module
 */
import { checkOptions, OptionError } from "../errors.js";
import { ground, ink } from "./colours.js";
import type { Box, Panel, PlotlyObject, Size } from "./panel.js";
import { rasterise } from "./rasterise.js";
import { escapeText, fontFamily, text } from "./svg.js";

/** What every plot takes. */
export interface FigureOptions {
  /** Over the plot; a short description when left out. */
  readonly title?: string;
  /** Room for the figure in CSS pixels, default 720; the figure may come out narrower, to fit its pixels. */
  readonly width?: number;
}

export interface PngOptions {
  /** Device pixels a CSS pixel, 0.25 to 4. Default 1. */
  readonly scale?: number;
}

export interface GridOptions {
  /** Default: up to three side by side. */
  readonly columns?: number;
  /** How many columns each figure takes, in their order; 1 where left out. The last panels of a figure are drawn so wide. */
  readonly spans?: readonly number[];
  /** Room for the figure in CSS pixels, default 720 for one column of panels, 840 for two, what JupyterLab has room for, 360 a column for more. */
  readonly width?: number;
}

/** What Jupyter shows: Plotly where it can be drawn, the picture elsewhere. */
export interface FigureBundle {
  readonly "application/vnd.plotly.v1+json": { readonly data: readonly PlotlyObject[]; readonly layout: PlotlyObject; readonly config: PlotlyObject };
  /** Base64. */
  readonly "image/png": string;
  readonly "text/plain": string;
}

/** Stands in a lattice where the panel to the left goes on. */
const goesOn = "goes on";
type Place = Panel | typeof goesOn | undefined;
/** Rows of panels; a place may stay empty. */
export type Lattice = readonly (readonly Place[])[];

/**
 * A plain Plotly figure (`Plotly.newPlot(element, figure)` takes it) that also draws itself as a
 * PNG without a browser. Both are drawn from the same panels.
 */
export class Figure {
  readonly data: readonly PlotlyObject[];
  readonly layout: PlotlyObject;
  readonly config: PlotlyObject;
  readonly #rows: Lattice;
  readonly #panels: readonly Panel[];
  readonly #boxes: readonly Box[];
  readonly #size: Size;

  /** @internal Use the functions of `evtlab/plot`. */
  constructor(rows: Lattice, where: string, width?: number) {
    const columns = Math.max(...rows.map(({ length }) => length));
    const { panels, boxes, size } = arrange(rows, figureWidth(where, width ?? defaultWidth(columns)));
    this.#rows = rows;
    this.#panels = panels;
    this.#boxes = boxes;
    this.#size = size;
    const parts = panels.map((panel, i) => panel.plotly({ box: boxes[i]!, figure: size, number: i + 1 }));
    this.data = parts.flatMap(({ data }) => data);
    this.layout = {
      width: size.width,
      height: size.height,
      margin: { l: 0, r: 0, t: 0, b: 0, autoexpand: false },
      paper_bgcolor: ground,
      font: { family: `"${fontFamily}", verdana, arial, sans-serif`, size: 12, color: ink },
      hovermode: "closest",
      showlegend: true,
      ...Object.assign({}, ...parts.map(({ layout }) => layout)),
      annotations: [...panels.map((panel, i) => titleOf(panel, boxes[i]!, size)), ...parts.flatMap(({ annotations }) => annotations)],
    };
    this.config = { displaylogo: false };
  }

  /** The drawing as SVG text; its font is Open Sans. */
  svg({ scale = 1 }: PngOptions = {}): string {
    const { width, height } = this.#size;
    const panels = this.#panels.map((panel, i) => {
      const box = this.#boxes[i]!;
      return text(box.left, box.top - 13, panel.title, { size: 13 }) + panel.svg(box, scale);
    });
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><rect width="100%" height="100%" fill="${ground}"/>${panels.join("")}</svg>`;
  }

  /** The drawing as PNG bytes: the same figure gives the same bytes. */
  async png(options: PngOptions = {}): Promise<Uint8Array> {
    checkOptions("figure.png", options, ["scale"]);
    const { scale = 1 } = options;
    if (!(scale >= 0.25 && scale <= 4)) {
      throw new OptionError({ where: "figure.png: scale", expected: "a number from 0.25 to 4", received: String(scale) });
    }
    return rasterise(this.svg({ scale }), scale);
  }

  /** `figures` side by side, row by row, in one figure; a figure of several panels stays together. */
  static grid(figures: readonly Figure[], options: GridOptions = {}): Figure {
    checkOptions("plot.grid", options, ["columns", "spans", "width"]);
    if (figures.length === 0) {
      throw new OptionError({ where: "plot.grid", expected: "at least one figure", received: "none" });
    }
    const blocks = figures.map((figure, i) => {
      if (figure instanceof Figure) return figure.#rows;
      throw new OptionError({ where: `plot.grid: figures[${i}]`, expected: "a figure made by evtlab/plot", received: typeof figure });
    });
    const most = positiveInteger("plot.grid: columns", options.columns ?? 3);
    const spans = blocks.map((_, i) => Math.min(positiveInteger(`plot.grid: spans[${i}]`, options.spans?.[i] ?? 1), most));
    return new Figure(joined(blocks, spans, Math.min(most, sum(spans))), "plot.grid", options.width);
  }

  [Symbol.for("Jupyter.display")](): Promise<FigureBundle> {
    return this.bundle();
  }

  /** What Jupyter shows of it. */
  async bundle(): Promise<FigureBundle> {
    const { data, layout, config } = this;
    return {
      "application/vnd.plotly.v1+json": { data, layout, config },
      "image/png": Buffer.from(await this.png()).toString("base64"),
      "text/plain": this.toString(),
    };
  }

  toString(): string {
    const { width, height } = this.#size;
    return `Figure ${width} × ${height} px: ${this.#panels.map(({ title }) => title).join("; ")}`;
  }
}

/** A figure of one panel. */
export function single(where: string, panel: Panel, { width }: FigureOptions): Figure {
  return new Figure([[panel]], where, width);
}

function defaultWidth(columns: number): number {
  if (columns === 1) return 720;
  return columns === 2 ? 840 : 360 * columns;
}

function figureWidth(where: string, width: number): number {
  if (Number.isFinite(width) && width >= 240 && width <= 4000) return Math.round(width);
  throw new OptionError({ where: `${where}: width`, expected: "240 to 4000 pixels", received: String(width) });
}

export function positiveInteger(where: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new OptionError({ where, expected: "a whole number above zero", received: String(value) });
}

/** Heights of plotting areas: of a panel alone, of one among others, and of pixels over several columns as a share of their width. */
const tallest = { single: 420, grid: 340, share: 0.7 };

/** Places the panels of a lattice; plotting areas of a row are as tall as each other, columns as wide as they need. */
function arrange(rows: Lattice, width: number): { panels: Panel[]; boxes: Box[]; size: Size } {
  const placed = rows.map((row) => row.flatMap((panel, first) => (panel === undefined || panel === goesOn ? [] : [{ panel, first, last: lastOf(row, first) }])));
  const all = placed.flat();
  const columns = Array.from({ length: Math.max(...rows.map(({ length }) => length)) }, (_, i) => i);
  const left = columns.map((i) => Math.max(0, ...all.flatMap(({ panel, first }) => (first === i ? [panel.margins.left] : []))));
  const right = columns.map((i) => Math.max(0, ...all.flatMap(({ panel, last }) => (last === i ? [panel.margins.right] : []))));
  const room = {
    width: Math.max(80, Math.floor((width - sum(left) - sum(right)) / columns.length)),
    height: rows.length === 1 && columns.length === 1 ? tallest.single : tallest.grid,
  };
  const widths = columns.map((i) => {
    const own = all.filter(({ first, last }) => first === i && last === i).map(({ panel }) => panel.fit(room).width);
    // Wide panels take what the others leave; a column of nothing else is as wide as it may be.
    const under = all.some(({ first, last }) => first <= i && i <= last);
    return left[i]! + (own.length === 0 && under ? room.width : Math.max(0, ...own)) + right[i]!;
  });
  const panels: Panel[] = [];
  const boxes: Box[] = [];
  let top = 0;
  for (const row of placed) {
    const present = row.map(({ panel, first, last }) => {
      const wide = sum(widths.slice(first, last + 1)) - left[first]! - right[last]!;
      return { panel, first, fitted: panel.fit(first === last ? room : { width: wide, height: panel.flexible ? room.height : tallest.share * wide }) };
    });
    const rigid = present.filter(({ panel }) => !panel.flexible).map(({ fitted }) => fitted.height);
    const height = Math.round(rigid.length > 0 ? Math.max(140, ...rigid) : Math.max(...present.map(({ fitted }) => fitted.height)));
    const above = Math.max(...present.map(({ panel }) => panel.margins.top));
    const below = Math.max(...present.map(({ panel }) => panel.margins.bottom));
    for (const { panel, first, fitted } of present) {
      panels.push(panel);
      boxes.push({
        left: sum(widths.slice(0, first)) + left[first]!,
        top: top + above,
        width: fitted.width,
        height: panel.flexible ? height + below - panel.margins.bottom : fitted.height,
      });
    }
    top += above + height + below;
  }
  return { panels, boxes, size: { width: Math.ceil(sum(widths)), height: top } };
}

/** The last column of the panel that begins in column `first`. */
function lastOf(row: readonly Place[], first: number): number {
  let last = first;
  while (row[last + 1] === goesOn) last++;
  return last;
}

/** `items` in rows of `columns`. */
export function inRows<Item>(items: readonly Item[], columns: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / columns) }, (_, i) => items.slice(i * columns, (i + 1) * columns));
}

/** Lattices side by side, row by row, each kept together: those of a column are as wide as its widest. */
function joined(blocks: readonly Lattice[], spans: readonly number[], columns: number): Lattice {
  const lines: { readonly block: Lattice; readonly first: number; readonly span: number }[][] = [];
  let next = columns;
  for (const [i, block] of blocks.entries()) {
    const span = spans[i]!;
    if (next + span > columns) {
      lines.push([]);
      next = 0;
    }
    lines.at(-1)!.push({ block, first: next, span });
    next += span;
  }
  const widths = Array.from({ length: columns }, () => 1);
  // From those of one column on, so that wide ones widen no more than they must.
  for (const { block, first, span } of lines.flat().toSorted((a, b) => a.span - b.span)) {
    const missing = Math.max(...block.map(({ length }) => length)) - sum(widths.slice(first, first + span));
    if (missing > 0) widths[first + span - 1]! += missing;
  }
  return lines.flatMap((line) =>
    Array.from({ length: Math.max(...line.map(({ block }) => block.length)) }, (_, row) =>
      line.flatMap(({ block, first, span }) => {
        const places = block[row] ?? [];
        const filler = span > 1 && places.at(-1) !== undefined ? goesOn : undefined;
        return Array.from({ length: sum(widths.slice(first, first + span)) }, (__, column) => (column < places.length ? places[column] : filler));
      }),
    ),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, each) => total + each, 0);
}

function titleOf(panel: Panel, box: Box, figure: Size): PlotlyObject {
  return {
    text: escapeText(panel.title),
    xref: "paper",
    yref: "paper",
    x: box.left / figure.width,
    xanchor: "left",
    y: 1 - (box.top - 13) / figure.height,
    yanchor: "middle",
    showarrow: false,
    font: { size: 13 },
    xshift: 0,
  };
}
