/**
 * Notebooks from TypeScript files: cells start with `// %%`, as in Jupytext's percent format
 * (https://jupytext.readthedocs.io/en/latest/formats-scripts.html).
 *
 *     // %% [markdown]
 *     // # A heading
 *     // %% [parameters]
 *     let recording = "";
 *     // %%
 *     recording.length
 *
 * The word in brackets is "markdown", "raw", or tags of a code cell.
 */
import { createHash } from "node:crypto";
import { NotebookError } from "../errors.js";
import { ownKernelspec, kernelName } from "../jupyter/kernelspecs.js";
import type { Cell, Notebook } from "../jupyter/nbformat.js";

/**
 * The notebook: without outputs, and the same each time.
 * @throws NotebookError when the text does not begin with a cell.
 */
export function notebookFromScript(script: string, name: string): Notebook {
  const parts = script.replaceAll("\r\n", "\n").split(/^(?=\/\/ %%)/m);
  if (!parts[0]!.startsWith("// %%")) {
    throw new NotebookError({ where: name, expected: 'a script in percent format, whose first line begins with "// %%"', received: JSON.stringify(parts[0]!.split("\n")[0]) });
  }
  const ids = new Set<string>();
  const cells = parts.map((part) => toCell(part, ids));
  const { display_name, language } = ownKernelspec();
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { display_name, language, name: kernelName },
      language_info: { name: "typescript", file_extension: ".ts", mimetype: "text/x-typescript" },
    },
    cells,
  };
}

function toCell(part: string, ids: Set<string>): Cell {
  const [, words = ""] = /^\/\/ %%(?:[ \t]*\[([^\]]*)\])?.*\n?/.exec(part)!;
  const body = part.slice(part.indexOf("\n") + 1).trim();
  const kind = words.trim();
  const id = uniqueId(kind + body, ids);
  if (kind === "markdown" || kind === "raw") return { cell_type: kind, id, metadata: {}, source: body.replace(/^\/\/ ?/gm, "") };
  const tags = kind.split(/[\s,]+/).filter((tag) => tag !== "");
  return { cell_type: "code", id, metadata: tags.length > 0 ? { tags } : {}, execution_count: null, outputs: [], source: body };
}

/** From the content, so that an edit changes the id of its own cell only. */
function uniqueId(content: string, ids: Set<string>): string {
  let id: string;
  for (let copy = 0; ids.has((id = createHash("sha256").update(`${copy}${content}`).digest("hex").slice(0, 8))); copy++);
  ids.add(id);
  return id;
}
