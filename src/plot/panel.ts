/**
 * A panel: one plot of a figure, which draws itself twice into the same pixels, once as Plotly
 * traces and once as SVG, so that the interactive figure and its picture agree.
 * @module
 */

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A rectangle in CSS pixels from the top left corner of the figure. */
export interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

/** Room around the plotting area for title, ticks and colour bar, in CSS pixels. */
export interface Margins {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export type PlotlyObject = Readonly<Record<string, unknown>>;

/** What a panel adds to a Plotly figure. */
export interface PlotlyPart {
  readonly data: readonly PlotlyObject[];
  readonly layout: PlotlyObject;
  readonly annotations: readonly PlotlyObject[];
}

/** Where a panel stands in a Plotly figure: its plotting area, the figure's size, and its number from 1. */
export interface Place {
  readonly box: Box;
  readonly figure: Size;
  readonly number: number;
}

export interface Panel {
  readonly title: string;
  readonly margins: Margins;
  /** True when the plotting area may take any height; false when its aspect ratio is that of the pixels. */
  readonly flexible: boolean;
  /** Size of the plotting area that suits, at most `room`. */
  fit(room: Size): Size;
  plotly(place: Place): PlotlyPart;
  /** `scale`: device pixels a CSS pixel. */
  svg(box: Box, scale: number): string;
}

/** "x" for the first panel, "x2" for the second, as Plotly counts. */
export function numbered(name: string, number: number): string {
  return number === 1 ? name : `${name}${number}`;
}

/** The box as Plotly's paper coordinates: shares of the figure, y upwards. */
export function domains({ box, figure }: Place): { x: [number, number]; y: [number, number] } {
  return {
    x: [box.left / figure.width, (box.left + box.width) / figure.width],
    y: [1 - (box.top + box.height) / figure.height, 1 - box.top / figure.height],
  };
}
