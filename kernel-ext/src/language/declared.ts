/**
 * Where a name is declared, and the type of its value.
 * @module
 */
import { ts, type TS } from "./typescript.js";

/** A declaration in a file of the compiler; offsets count UTF-16 units. */
export interface DeclaredIn {
  readonly file: string;
  readonly name: string;
  /** Of the name. */
  readonly start: number;
  readonly end: number;
  /** From 1. */
  readonly line: number;
  /** With its documentation. */
  readonly text: string;
}

/** An interface such as Array has parts in many files, and a module can be long. */
const most = { places: 6, characters: 20_000 };

/** `length`: that of the cell, without what was added to it. */
export function declared(service: TS.LanguageService, file: string, offset: number, length: number): { readonly declaration: DeclaredIn[]; readonly type: DeclaredIn[] } {
  const places = (found: readonly TS.DefinitionInfo[] = []): DeclaredIn[] =>
    found.slice(0, most.places).flatMap((definition) => {
      const { fileName, textSpan, contextSpan = textSpan } = definition;
      // Brought from an earlier cell by `declare let name: typeof import("cell").name`: the last name is the one there.
      if (fileName === file && textSpan.start >= length) return places(service.getDefinitionAtPosition(file, contextSpan.start + contextSpan.length - 2));
      const source = service.getProgram()?.getSourceFile(fileName);
      return source === undefined ? [] : [place(source, textSpan, contextSpan)];
    });
  return { declaration: places(service.getDefinitionAtPosition(file, offset)), type: places(service.getTypeDefinitionAtPosition(file, offset)) };
}

function place(source: TS.SourceFile, name: TS.TextSpan, whole: TS.TextSpan): DeclaredIn {
  const { text, fileName: file } = source;
  const from = documented(text, whole.start);
  // A module has no declaration: its beginning stands for it.
  const to = whole.length === 0 ? text.length : whole.start + whole.length;
  const shown = to - from > most.characters ? `${text.slice(from, from + most.characters)}\n…` : text.slice(from, to);
  return { file, name: text.slice(name.start, name.start + name.length), start: name.start, end: name.start + name.length, line: ts.getLineAndCharacterOfPosition(source, name.start).line + 1, text: shown };
}

/** Where the comment right before a declaration begins, or the declaration itself. */
function documented(text: string, start: number): number {
  const before = text.slice(0, start).trimEnd();
  return before.endsWith("*/") ? before.lastIndexOf("/**") : text.lastIndexOf("\n", start - 1) + 1;
}
