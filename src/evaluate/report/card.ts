/**
 * What a notebook shows of a report: accuracies with intervals, and what flatters.
 * @module
 */
import { escapeHtml } from "../../events/markup.js";
import { Figure } from "../../plot/figure.js";
import { toBase64 } from "../../plot/svg.js";
import { accuracies } from "../figures/accuracies.js";
import type { Optimism, ProtocolReport } from "./data.js";
import { readingHelp } from "./page.js";
import type { EvaluationReport } from "./report.js";
import { fewPeople, points, verdict } from "./words.js";

/** Each protocol as a picture, and a sentence for each comparison. Those of "leaky" are no results: it is there to be subtracted from. */
export async function reportCard({ data }: EvaluationReport): Promise<string> {
  const parts = await Promise.all(
    data.protocols.map(async (protocol) => {
      const measured = protocol.rows.some(({ failed }) => failed === undefined);
      const picture = measured ? toBase64(await new Figure([[accuracies(data, protocol)]], "report", 720).png({ scale: 2 })) : "";
      return `${measured ? `<img alt="Accuracies with intervals" width="720" style="max-width:100%" src="data:image/png;base64,${picture}">` : ""}${list(sentences(protocol))}`;
    }),
  );
  const { title, clips, subjects } = data.data;
  const given = new Set(data.methods.filter(({ role }) => role === "method").map(({ name }) => name));
  const beside = [
    ...data.published.filter(({ method }) => given.has(method)).map((one) => flattery(one, "the paper’s protocol instead of the subject-disjoint one")),
    ...data.leakiness.filter(({ method }) => method !== "majority").map((one) => flattery(one, "knowing the people")),
  ];
  return (
    `<div style="color:inherit;font-family:system-ui,sans-serif;font-size:13px;line-height:1.45;max-width:760px"><strong>${escapeHtml(title)}</strong>: ${clips} clips of ${subjects} people, ${data.classes.length} classes` +
    `${parts.join("")}${list(beside)}` +
    `<div style="opacity:.65">${escapeHtml(readingHelp(data))} ${escapeHtml(`${data.engine.name} ${data.engine.version}, evtlab ${data.evtlab}, data ${data.data.digest.slice(0, 12)}.`)}</div></div>`
  );
}

function sentences(protocol: ProtocolReport): string[] {
  const { name, rows, comparisons, bestEpoch } = protocol;
  const few = fewPeople(protocol);
  return [
    ...(few === undefined ? [] : [few]),
    ...rows.filter(({ failed }) => failed !== undefined).map(({ method, failed }) => `${method} failed: ${failed}`),
    ...(name === "leaky" ? [] : comparisons).map(({ method, other, accuracy }) => `${method} against ${other}: ${points(accuracy)} points per sequence${verdict(accuracy) === "not shown" ? ", no difference shown" : ""}`),
    ...(name === "leaky" ? [] : bestEpoch).map((one) => flattery(one, `taking the best test epoch (${name})`)),
  ];
}

const flattery = ({ method, windows, sequences }: Optimism, what: string): string => `${method}: ${what} adds ${points(windows ?? sequences)} points per ${windows ? "frame or window" : "sequence"}`;

function list(lines: readonly string[]): string {
  return lines.length === 0 ? "" : `<ul style="margin:2px 0 8px;padding-left:18px">${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join("")}</ul>`;
}
