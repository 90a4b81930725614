/**
 * The answer to an inspect_request: type and documentation of a name, and where it is declared.
 * @module
 */
import { relative, sep } from "node:path";
import type { MimeBundle } from "../../src/jupyter/index.js";
import type { Declared, Explanation } from "./explanation.js";
import type { Language } from "./language/client.js";
import type { PlaceInCell } from "./language/service.js";
import { codePoints } from "./offsets.js";

/** `offset` counts UTF-16 units. With `detail` the data has the text of the declaration as well. */
export async function describe(language: Language, code: string, offset: number, detail: boolean): Promise<{ readonly data: MimeBundle; readonly explanation: Explanation } | undefined> {
  const found = await language.ask("inspect", code, offset, detail);
  if (found === undefined) return undefined;
  const { start, end, places } = found;
  const declaration = places?.declaration.map(declared);
  const markdown = [found.markdown, ...(declaration ?? []).map(source)].join("\n\n");
  return {
    data: { "text/markdown": markdown, "text/plain": markdown.replace(/^```\w*\n?/gm, "") },
    explanation: { start: codePoints(code, start), end: codePoints(code, end), ...(declaration && { declaration }), ...(places && { type: places.type.map(declared) }) },
  };
}

function declared({ name, text, line, cell, file, start, end }: PlaceInCell): Declared {
  return { name, line, text, ...(cell === undefined ? { file, relative: relative("", file).replaceAll(sep, "/") } : { cell: cell.label, start: codePoints(cell.text, start), end: codePoints(cell.text, end) }) };
}

const source = (place: Declared): string => `${"file" in place ? place.file : place.cell}:${place.line}\n\n\`\`\`ts\n${place.text}\n\`\`\``;
