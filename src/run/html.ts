/**
 * An executed notebook as one web page that needs no network.
 * @module
 */
import { AnsiUp } from "ansi_up";
import { embedPlayer, startPlayers } from "../plot/player/page.js";
import { playerMime } from "../plot/player/payload.js";
import type { MimeBundle } from "../jupyter/messages.js";
import type { Cell, CellOutput, Notebook, TextCell } from "../jupyter/nbformat.js";
import { escapeHtml } from "../events/markup.js";
import { highlight } from "./highlight.js";
import { markdownHtml } from "./markdown.js";
import { pageStyle } from "./page-style.js";
import { saveAtomically } from "./save.js";

export interface HtmlOptions {
  /** Title of the page; the first heading of the notebook when left out. */
  readonly title?: string;
}

/** Writes the page of a notebook; see {@link notebookHtml}. */
export function writeHtml(notebook: Notebook, path: string, options: HtmlOptions = {}): void {
  saveAtomically(path, notebookHtml(notebook, options));
}

/** The page: Markdown rendered, TypeScript coloured, figures as the pictures that came with them. Players play. */
export function notebookHtml(notebook: Notebook, options: HtmlOptions = {}): string {
  const heading = /^#\s+(.+)$/m.exec(notebook.cells.find((cell) => cell.cell_type === "markdown")?.source ?? "")?.[1];
  const language = ((notebook.metadata["language_info"] ?? notebook.metadata["kernelspec"]) as { name?: string } | undefined)?.name ?? "typescript";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(options.title ?? heading ?? "Notebook")}</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
${notebook.cells.map((cell) => renderCell(cell, language)).join("\n")}
</main>
${notebook.cells.some(hasPlayer) ? startPlayers() : ""}
</body>
</html>
`;
}

function hasPlayer(cell: Cell): boolean {
  return cell.cell_type === "code" && cell.outputs.some((output) => "data" in output && output.data[playerMime] !== undefined);
}

function renderCell(cell: Cell, language: string): string {
  if (cell.cell_type !== "code") return cell.cell_type === "raw" ? "" : `<section class="text">${markdownHtml(withAttachments(cell))}</section>`;
  const hidden = (cell.metadata["jupyter"] as { source_hidden?: boolean } | undefined)?.source_hidden === true;
  const source = hidden || cell.source.trim() === "" ? "" : `<pre class="source"><code>${highlight(cell.source, language)}</code></pre>`;
  return `<section class="code">${source}${cell.outputs.map(renderOutput).join("")}</section>`;
}

/** The Markdown of a cell with its attached pictures in place. */
function withAttachments({ source, attachments }: TextCell): string {
  return source.replace(/\(attachment:([^)\s]+)\)/g, (found, name: string) => {
    const [mime, data] = Object.entries((attachments?.[name] ?? {}) as MimeBundle)[0] ?? [];
    return mime === undefined ? found : `(data:${mime};base64,${String(data)})`;
  });
}

function renderOutput(output: CellOutput): string {
  if (output.output_type === "stream") return `<pre class="stream ${output.name === "stderr" ? "stderr" : "stdout"}">${ansi(output.text)}</pre>`;
  if (output.output_type === "error") {
    const lines = output.traceback.length > 0 ? output.traceback : [`${output.ename}: ${output.evalue}`];
    return `<pre class="error">${ansi(lines.join("\n"))}</pre>`;
  }
  return `<div class="output">${renderBundle(output.data)}</div>`;
}

/** The richest form that shows without a network: a figure of Plotly by its picture. */
function renderBundle(data: MimeBundle): string {
  const text = (mime: string): string | undefined => (typeof data[mime] === "string" ? data[mime] : undefined);
  if (data[playerMime] !== undefined) return embedPlayer(data[playerMime], (text("image/png") ?? "").replace(/\s/g, ""), altText(data));
  const html = text("text/html");
  if (html !== undefined) return html;
  const svg = text("image/svg+xml");
  if (svg !== undefined) return `<img alt="${escapeHtml(altText(data))}" src="data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}">`;
  for (const mime of ["image/png", "image/jpeg", "image/gif", "image/webp"]) {
    const picture = text(mime);
    if (picture !== undefined) return `<img alt="${escapeHtml(altText(data))}" src="data:${mime};base64,${picture.replace(/\s/g, "")}">`;
  }
  const markdown = text("text/markdown");
  if (markdown !== undefined) return `<div class="text">${markdownHtml(markdown)}</div>`;
  const plain = text("text/latex") ?? text("text/plain");
  return plain === undefined ? "" : `<pre class="result">${ansi(plain)}</pre>`;
}

function altText(data: MimeBundle): string {
  return typeof data["text/plain"] === "string" ? data["text/plain"].slice(0, 200) : "figure";
}

/** Escapes HTML, turns terminal colours into styles. */
function ansi(text: string): string {
  const converter = new AnsiUp();
  converter.use_classes = false;
  return converter.ansi_to_html(text);
}
