/**
 * TypeScript for the cells of one notebook: checks, transforms, completes and explains them.
 * @module
 */
import type { ErrorContent } from "../../../src/jupyter/index.js";
import { compileError, type Fault } from "../errors.js";
import type { RunnableCell } from "../pipe.js";
import { complete, type Completion } from "./complete.js";
import { inspect } from "./inspect.js";
import { isComplete, type Completeness } from "./is-complete.js";
import { cellFile, cellOptions, createResolver, globalTypes } from "./project.js";
import { declarations, exportsOf, identifiers, Scope } from "./scope.js";
import { transform } from "./transform.js";
import { syntaxErrors, ts, type TS } from "./typescript.js";

/** Whether type errors stop a cell, are printed, or are not looked for. */
export type Typecheck = "error" | "warn" | "off";

export type Prepared =
  | { readonly ok: true; readonly cell: RunnableCell; readonly warning?: ErrorContent }
  | { readonly ok: false; readonly error: ErrorContent };

/** Untyped or missing modules: at run time Node says more clearly what is wrong. */
const leftToRunTime = new Set([2307, 2732, 2792, 7016]);
const assignsToImport = 2632;

export class CellService {
  readonly #folder: string;
  readonly #typecheck: Typecheck;
  readonly #files = new Map<string, { text: string; version: number }>();
  readonly #scope = new Scope();
  readonly #service: TS.LanguageService;
  #current: string | undefined;
  #version = 0;

  constructor(folder: string, typecheck: Typecheck) {
    this.#folder = folder;
    this.#typecheck = typecheck;
    const options = cellOptions(folder);
    const host: TS.LanguageServiceHost = {
      ...createResolver(options, folder),
      getCompilationSettings: () => options,
      getCurrentDirectory: () => folder,
      useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      getScriptFileNames: () => (this.#current === undefined ? [globalTypes] : [globalTypes, this.#current]),
      getScriptVersion: (file) => String(this.#files.get(file)?.version ?? ts.sys.getModifiedTime?.(file)?.getTime() ?? 0),
      getScriptSnapshot: (file) => {
        const text = this.#files.get(file)?.text ?? ts.sys.readFile(file);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      fileExists: (file) => this.#files.has(file) || ts.sys.fileExists(file),
      readFile: (file) => this.#files.get(file)?.text ?? ts.sys.readFile(file),
      directoryExists: ts.sys.directoryExists,
      getDirectories: ts.sys.getDirectories,
      readDirectory: ts.sys.readDirectory,
    };
    this.#service = ts.createLanguageService(host);
  }

  /** Loads the libraries, so that the first cell need not. */
  warmUp(): void {
    this.complete("console.", 8);
    this.prepare(0, "cell 0", "console.log([1].map(String), new Map(), await Promise.resolve(1));");
    this.forget();
  }

  /** Checks a cell and makes it runnable. What it declares is known to later cells from now on. */
  prepare(id: number, label: string, source: string): Prepared {
    const code = objectLiteral(source) ?? source;
    const shift = code === source ? 0 : 1;
    const file = cellFile(this.#folder, id);
    const parsed = ts.createSourceFile(file, code, ts.ScriptTarget.ES2022, true);
    const faults = (diagnostics: readonly TS.Diagnostic[]): Fault[] => diagnostics.map((diagnostic) => fault(diagnostic, parsed, label, source, shift));

    const syntax = syntaxErrors(parsed);
    if (syntax.length > 0) return { ok: false, error: compileError("SyntaxError", faults(syntax)) };

    const own = declarations(parsed, new Set());
    this.#open(file, `${code}\n;${this.#scope.prelude(own, identifiers(parsed))} ${exportsOf(parsed)}`);
    const errors = this.#typecheck === "off" ? [] : this.#typeErrors(file, code.length);
    const error = errors.length === 0 ? undefined : compileError("TypeCheckError", faults(errors));
    if (error !== undefined && this.#typecheck === "error") return { ok: false, error };

    const typeOnly = this.#typeOnlyImports(file);
    const script = transform(code, file, typeOnly);
    this.#scope.add(file, declarations(parsed, typeOnly));
    const cell = { id, label, source, ...script, columnShift: shift };
    return error === undefined ? { ok: true, cell } : { ok: true, cell, warning: error };
  }

  /** The process that held the variables is gone. */
  forget(): void {
    this.#scope.clear();
    this.#files.clear();
    this.#current = undefined;
  }

  /** Completions at an offset in UTF-16 units. */
  complete(code: string, offset: number): Completion {
    const file = this.#openDraft(code);
    return complete(this.#service, file, code, offset);
  }

  /** Type and documentation of what is at an offset in UTF-16 units. */
  inspect(code: string, offset: number): string | undefined {
    const file = this.#openDraft(code);
    return inspect(this.#service, file, code, offset);
  }

  isComplete(code: string): Completeness {
    return isComplete(code);
  }

  #openDraft(code: string): string {
    const file = cellFile(this.#folder, "draft");
    const parsed = ts.createSourceFile(file, code, ts.ScriptTarget.ES2022, true);
    this.#open(file, `${code}\n;${this.#scope.prelude(declarations(parsed, new Set()))}`);
    return file;
  }

  #open(file: string, text: string): void {
    this.#files.set(file, { text, version: ++this.#version });
    this.#current = file;
  }

  #typeErrors(file: string, length: number): TS.Diagnostic[] {
    const errors: TS.Diagnostic[] = [];
    for (const diagnostic of this.#service.getSemanticDiagnostics(file)) {
      const { code, category, start = 0 } = diagnostic;
      if (category !== ts.DiagnosticCategory.Error || start > length || leftToRunTime.has(code)) continue;
      errors.push(code === assignsToImport ? assignsToConstant(diagnostic) : diagnostic);
    }
    return errors;
  }

  #typeOnlyImports(file: string): Set<string> {
    const names = new Set<string>();
    const program = this.#service.getProgram();
    const cell = program?.getSourceFile(file);
    const imports = cell?.statements.filter(ts.isImportDeclaration) ?? [];
    if (program === undefined || imports.length === 0) return names;
    const checker = program.getTypeChecker();
    const look = (name: TS.Identifier): void => {
      const symbol = checker.getSymbolAtLocation(name);
      if (symbol === undefined || !(symbol.flags & ts.SymbolFlags.Alias)) return;
      const target = checker.getAliasedSymbol(symbol);
      if (!(target.flags & ts.SymbolFlags.Value) && target.declarations !== undefined) names.add(name.text);
    };
    for (const { importClause } of imports) {
      if (importClause?.name !== undefined) look(importClause.name);
      const named = importClause?.namedBindings;
      if (named !== undefined && ts.isNamedImports(named)) for (const { name } of named.elements) look(name);
    }
    return names;
  }
}

/** `{ a: 1 }` alone is meant as an object and not as a block. */
function objectLiteral(source: string): string | undefined {
  if (!/^\s*\{[^]*\}\s*$/.test(source)) return undefined;
  const wrapped = `(${source})`;
  const file = ts.createSourceFile("object.ts", wrapped, ts.ScriptTarget.ES2022);
  return syntaxErrors(file).length === 0 && file.statements.length === 1 ? wrapped : undefined;
}

function assignsToConstant(diagnostic: TS.Diagnostic): TS.Diagnostic {
  const name = diagnostic.file?.text.slice(diagnostic.start, (diagnostic.start ?? 0) + (diagnostic.length ?? 0));
  return { ...diagnostic, code: 2588, messageText: `Cannot assign to '${name}' because it is a constant.` };
}

function fault(diagnostic: TS.Diagnostic, file: TS.SourceFile, label: string, source: string, shift: number): Fault {
  const { line, character } = file.getLineAndCharacterOfPosition(Math.min(diagnostic.start ?? 0, file.text.length));
  const message = `${ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n  ")} (TS${diagnostic.code})`;
  return { message, place: { label, source, line: line + 1, column: character + 1 - (line === 0 ? shift : 0) } };
}
