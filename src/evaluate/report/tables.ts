/**
 * The tables of a report in HTML.
 * @module
 */
import { escapeHtml } from "../../events/markup.js";
import type { Comparison, Level, Measured, Optimism, ProtocolReport, ReportData } from "./data.js";
import { decimals, percent, percentInterval, points, pValue, verdict } from "./words.js";

type CellText = string | number;

/** The first column is text, the others are numbers; a row of two is a sentence over all of them. */
export function table(head: readonly string[], rows: readonly (readonly CellText[])[]): string {
  const span = (cells: readonly CellText[], i: number): string => (i === 0 ? "" : cells.length < head.length ? ` class="sentence" colspan="${head.length - 1}"` : ' class="number"');
  const row = (cells: readonly CellText[], tag: "th" | "td"): string => `<tr>${cells.map((cell, i) => `<${tag}${span(cells, i)}>${escapeHtml(String(cell))}</${tag}>`).join("")}</tr>`;
  return `<div class="wide"><table><thead>${row(head, "th")}</thead><tbody>${rows.map((cells) => row(cells, "td")).join("")}</tbody></table></div>`;
}

/** Methods with their accuracies. */
export function scoresTable({ methods }: ReportData, { name, rows }: ProtocolReport): string {
  const best = name === "paper" && rows.some((row) => row.best !== undefined);
  const role = new Map(methods.map((method) => [method.name, method.role]));
  const head = ["method", ...(best ? ["best test epoch: frame or window", "sequence"] : []), best ? "last epoch: frame or window" : "frame or window", "sequence", "balanced, sequence", "macro F1, sequence"];
  return table(
    head,
    rows.map(({ method, failed, chosen, best: flattered }) => {
      const shown = role.get(method) === "control" ? `${method} (control)` : method;
      if (!chosen) return [shown, `failed: ${failed}`];
      const { scores } = chosen.sequences;
      return [shown, ...(best ? accuracies(flattered) : []), ...accuracies(chosen), percentInterval(scores.balancedAccuracy), percentInterval(scores.macroF1)];
    }),
  );
}

/** Whether probabilities can be believed: of the epoch that was chosen. */
export function probabilitiesTable({ rows }: ProtocolReport): string {
  const scored = rows.flatMap(({ method, chosen }) => (chosen ? [{ method, ...chosen }] : []));
  const cells = (level: Level | undefined): string[] => (level ? [decimals(level.scores.calibrationError), decimals(level.scores.brier), decimals(level.scores.logLoss)] : ["–", "–", "–"]);
  return table(
    ["method", "calibration error: sequence", "Brier", "log loss", "calibration error: frame or window", "Brier", "log loss"],
    scored.map(({ method, sequences, windows }) => [method, ...cells(sequences), ...cells(windows)]),
  );
}

function accuracies(measured: Measured | undefined): [string, string] {
  const { windows, sequences } = measured ?? {};
  return [windows ? `${percentInterval(windows.scores.accuracy)} (${windows.unit})` : "–", sequences ? percentInterval(sequences.scores.accuracy) : "–"];
}

export function comparisonsTable(comparisons: readonly Comparison[]): string {
  const p = (mcnemar: Comparison["mcnemar"], which: "exact" | "midP"): string => {
    const values = mcnemar.map((test) => test[which]).sort((a, b) => a - b);
    return values.length === 1 ? pValue(values[0]!) : `${pValue(values[0]!)}\u2009…\u2009${pValue(values.at(-1)!)}`;
  };
  return table(
    ["method against other", "accuracy, points", "balanced, points", "accuracy is", "only first right : only other", "McNemar mid-p", "exact"],
    comparisons.map(({ method, other, accuracy, balancedAccuracy, mcnemar }) => [
      `${method} − ${other}`, points(accuracy), points(balancedAccuracy), verdict(accuracy), mcnemar.map(({ first, second }) => `${first} : ${second}`).slice(0, 4).join(", ") + (mcnemar.length > 4 ? ", …" : ""), p(mcnemar, "midP"), p(mcnemar, "exact"),
    ]),
  );
}

export function optimismTable(rows: readonly Optimism[]): string {
  return table(["method", "per frame or window, points", "per sequence, points"], rows.map(({ method, windows, sequences }) => [method, windows ? points(windows) : "–", points(sequences)]));
}

/** The paper's protocol beside the clean one, per sequence. */
export function publishedTable({ protocols, published }: ReportData): string {
  const accuracy = (name: ProtocolReport["name"], method: string): string => {
    const row = protocols.find((protocol) => protocol.name === name)!.rows.find((one) => one.method === method)!;
    return percentInterval((name === "paper" && row.best ? row.best : row.chosen!).sequences.scores.accuracy);
  };
  return table(
    ["method", "paper", "subject-disjoint", "difference, points", "per frame or window"],
    published.map(({ method, sequences, windows }) => [method, accuracy("paper", method), accuracy("subject-disjoint", method), points(sequences), windows ? points(windows) : "–"]),
  );
}

export function splitsTable({ splits }: ProtocolReport): string {
  const side = ({ clips, subjects }: { clips: number; subjects: number }): string => (clips === 0 ? "none" : `${clips} clips of ${subjects}`);
  return table(
    ["split", "train", "validation", "test", "people on two sides", "their test clips"],
    splits.map(({ name, sides, leakage }) => [name, side(sides.train), side(sides.validation), side(sides.test), leakage.subjects, `${leakage.clips} of ${leakage.of}`]),
  );
}

export function classesTable({ sequences }: Measured): string {
  const share = (value: number | undefined): string => (value === undefined ? "–" : percent(value));
  return table(["class", "sequences", "precision", "recall", "F1"], sequences.classes.map(({ name, support, precision, recall, f1 }) => [name, support, share(precision), share(recall), share(f1)]));
}
