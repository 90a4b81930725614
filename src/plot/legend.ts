/**
 * What stands over the data: the legend in the title row, and the sentence of an empty panel.
 * @module
 */
import { domains, type Box, type Place } from "./panel.js";
import { escapeText, round, text, textWidth } from "./svg.js";

/** Named colours: one entry of a legend. */
export interface LegendEntry {
  readonly name: string;
  readonly colour: string;
}

/** Plotly's legend at the right end of the title row. */
export function legendAbove(place: Place): Record<string, unknown> {
  const domain = domains(place);
  return {
    orientation: "h",
    x: domain.x[1],
    xanchor: "right",
    y: domain.y[1],
    yanchor: "bottom",
    font: { size: 12 },
    bgcolor: "rgba(0,0,0,0)",
    itemsizing: "constant",
  };
}

export function svgLegend(box: Box, entries: readonly LegendEntry[]): string {
  let right = box.left + box.width;
  const parts: string[] = [];
  for (const { name, colour } of [...entries].reverse()) {
    parts.unshift(
      `<rect x="${round(right - textWidth(name) - 15)}" y="${round(box.top - 18)}" width="10" height="10" fill="${colour}"/>`,
      text(right - textWidth(name), box.top - 13, name),
    );
    right -= textWidth(name) + 26;
  }
  return parts.join("");
}

export function noteOver(place: Place, note: string): Record<string, unknown> {
  const domain = domains(place);
  return {
    text: escapeText(note),
    xref: "paper",
    yref: "paper",
    x: (domain.x[0] + domain.x[1]) / 2,
    xanchor: "center",
    y: (domain.y[0] + domain.y[1]) / 2,
    yanchor: "middle",
    showarrow: false,
    font: { size: 14 },
  };
}

export function svgNote(box: Box, note: string): string {
  return text(box.left + box.width / 2, box.top + box.height / 2, note, { anchor: "middle", size: 14 });
}
