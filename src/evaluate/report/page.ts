/**
 * A report as one web page that needs no network.
 * @module
 */
import { escapeHtml } from "../../events/markup.js";
import { Figure } from "../../plot/figure.js";
import { accuracies } from "../figures/accuracies.js";
import { protocolTexts } from "../protocols.js";
import type { ProtocolReport, ReportData } from "./data.js";
import type { EvaluationReport } from "./report.js";
import { fewPeople } from "./words.js";
import { classesTable, comparisonsTable, optimismTable, probabilitiesTable, publishedTable, scoresTable, splitsTable } from "./tables.js";

const style = `
:root { color-scheme: light; }
body { margin: 0; background: #fff; color: #1f2328; font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-size: 1.6rem; } h2 { margin-top: 2.5rem; border-bottom: 1px solid #d1d9e0; } h3 { margin-top: 1.6rem; font-size: 1.05rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-size: 13px; }
th, td { border-bottom: 1px solid #d1d9e0; padding: .25rem .7rem .25rem 0; text-align: left; white-space: nowrap; }
.sentence { white-space: normal; color: #b3261e; } .number { text-align: right; font-variant-numeric: tabular-nums; } thead th { color: #656d76; font-weight: 500; }
p { max-width: 46rem; } .faint { color: #656d76; font-size: 14px; } .figures { display: flex; flex-wrap: wrap; gap: .5rem; align-items: flex-start; }
svg { max-width: 100%; height: auto; } svg text { font-family: system-ui, sans-serif; }
pre { background: #f6f8fa; padding: .8rem; overflow: auto; font-size: 12px; } summary { cursor: pointer; margin: .8rem 0; }
`;

export function reportPage(report: EvaluationReport): string {
  const { data } = report;
  const { title, clips, subjects, made } = data.data;
  const heading = `${title}: evaluation`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(heading)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(heading)}</h1>
<p>${clips} clips of ${subjects} ${made ? "synthetic " : ""}people, ${data.classes.length} classes (${escapeHtml(data.classes.join(", "))}). ${escapeHtml(readingHelp(data))}</p>
${data.protocols.map((protocol) => protocolSection(report, protocol)).join("\n")}
${data.leakiness.length > 0 ? `<h2>What knowing the people is worth</h2><p>Accuracy of the same method on folds of clips (“leaky”) minus that on folds of people, over the same clips and people.</p>${optimismTable(data.leakiness)}` : ""}
${data.published.length > 0 ? `<h2>The paper’s protocol beside the clean one</h2><p>Accuracy per sequence: the paper’s by the best test epoch where there are epochs. The two test on different clips, and train on different numbers of them, so the difference is not that of the choice of the epoch alone.</p>${publishedTable(data)}` : ""}
<h2>How it was made</h2>
<div class="wide"><table>${provenance(data).map(([name, value]) => `<tr><td>${name}</td><td>${escapeHtml(value)}</td></tr>`).join("")}</table></div>
${data.methods.map(({ name, role, settings }) => `<details><summary>${escapeHtml(name)} (${role}): settings</summary><pre>${escapeHtml(JSON.stringify(settings, undefined, 2))}</pre></details>`).join("\n")}
</main>
</body>
</html>
`;
}

/** What the numbers mean, in a few sentences. */
export function readingHelp({ settings: { level, bootstrap, seeds, labels } }: ReportData): string {
  return [
    `Numbers are per cent unless they have three decimals; brackets hold ${Number((100 * level).toPrecision(4))} % of ${bootstrap} draws of people${seeds.length > 1 ? ` and of ${seeds.length} seeds` : ""}.`,
    "A sequence is judged by the mean log-probability over its frames or windows, unless the method judges it whole.",
    ...(labels < 1 ? [`Trained on the clips of ${Number((100 * labels).toPrecision(3))} % of the training people.`] : []),
  ].join(" ");
}

function protocolSection(report: EvaluationReport, protocol: ProtocolReport): string {
  const { data } = report;
  const { name, rows, comparisons, bestEpoch } = protocol;
  const given = data.methods.filter(({ role }) => role === "method").map((method) => method.name);
  const shown = rows.filter(({ method, failed }) => failed === undefined && (given.length === 0 ? method === "pooled counts" : given.includes(method)));
  const few = fewPeople(protocol);
  const leaking = protocol.splits.some(({ leakage }) => leakage.subjects > 0) && name !== "leaky";
  return [
    `<h2>Protocol: ${name}</h2><p>${escapeHtml(protocolTexts[name])}</p>`,
    few ? `<p><strong>${few}</strong></p>` : "",
    leaking ? "<p><strong>People stand on both sides of this split</strong>, by wish of whoever ran it: its accuracies flatter.</p>" : "",
    rows.some(({ failed }) => failed === undefined) ? new Figure([[accuracies(data, protocol)]], "report", 900).svg() : "",
    scoresTable(data, protocol),
    rows.some(({ chosen }) => chosen !== undefined) ? `<h3>Can the probabilities be believed?</h3>${probabilitiesTable(protocol)}` : "",
    comparisons.length > 0 ? `<h3>Differences, per sequence</h3>${comparisonsTable(comparisons)}<p class="faint">Intervals over people are the witness: McNemar’s test takes the clips of one person as independent. Nothing is corrected for the number of comparisons.</p>` : "",
    bestEpoch.length > 0 ? `<h3>What choosing the epoch on the test clips is worth</h3>${optimismTable(bestEpoch)}<p class="faint">Best epoch on the test clips minus ${name === "paper" ? "the last epoch" : "the epoch that validation chose"}. The best epoch is that of the accuracy per frame or window, as published.</p>` : "",
    ...shown.map(({ method, chosen }) => `<h3>${escapeHtml(method)}</h3><div class="figures">${report.confusion({ protocol: name, method }).svg()}${report.reliability({ protocol: name, method }).svg()}</div>${classesTable(name === "paper" ? (rows.find((row) => row.method === method)?.best ?? chosen!) : chosen!)}`),
    `<details><summary>Splits</summary>${splitsTable(protocol)}</details>`,
  ].join("\n");
}

function provenance({ evtlab, node, started, seconds, engine, data, settings }: ReportData): [string, string][] {
  return [
    ["data", `${data.name}, labels "${data.labels}", ${data.made ? "synthetic people, " : ""}${data.root}`],
    ["digest of the data", data.digest],
    ["settings", JSON.stringify(settings)],
    ["engine", `${engine.name} ${engine.version} on ${engine.device}, threads: ${engine.threads}`],
    ["evtlab", `${evtlab}, Node ${node}`],
    ["started", `${started}, took ${seconds.toFixed(1)} s`],
  ];
}
