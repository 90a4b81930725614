/**
 * TypeScript for the cells of one notebook: checks, transforms, completes and explains them.
 * @module
 */
import type { ErrorContent } from "../../../src/jupyter/index.js";
import { compileError, type Fault } from "../errors.js";
import type { RunnableCell } from "../pipe.js";
import { complete, type Completion } from "./complete.js";
import { declared, type DeclaredIn } from "./declared.js";
import { inspect, type Inspected } from "./inspect.js";
import { isComplete, type Completeness } from "./is-complete.js";
import { documents, fileText, fileVersion, jsDocParsingMode } from "./documents.js";
import { cellFile, cellOptions, createResolver, globalTypes } from "./project.js";
import { declaredBy, findReexports, type Reexports } from "./reexport.js";
import { declarations, exportsOf, identifiers, Scope, type Declaration } from "./scope.js";
import { transform } from "./transform.js";
import { syntaxErrors, ts, type TS } from "./typescript.js";

/** Whether type errors stop a cell, are printed, or are not looked for. */
export type Typecheck = "error" | "warn" | "off";

/** A cell with names that later cells may use. */
export interface DeclaringCell {
  readonly id: number;
  readonly label: string;
  /** The module that the compiler takes it for. */
  readonly text: string;
  readonly declared: readonly Declaration[];
}

export type Prepared =
  | { readonly ok: true; readonly cell: RunnableCell; readonly warning?: ErrorContent; readonly declares?: DeclaringCell }
  | { readonly ok: false; readonly error: ErrorContent; readonly declares?: undefined };

/** A declaration with the cell that it stands in, if it does. */
export type PlaceInCell = DeclaredIn & { readonly cell?: { readonly label: string; readonly text: string } };
export interface Places {
  readonly declaration: readonly PlaceInCell[];
  readonly type: readonly PlaceInCell[];
}

/** Untyped or missing modules: at run time Node says more clearly what is wrong. */
const leftToRunTime = new Set([2307, 2732, 2792, 7016]);
const assignsToImport = 2632;

export class CellService {
  readonly #folder: string;
  readonly #typecheck: Typecheck;
  readonly #files = new Map<string, { readonly text: string; readonly version: number; readonly label?: string }>();
  /** Of installed files, which stay as they are. */
  readonly #versions = new Map<string, string>();
  readonly #scope = new Scope();
  readonly #service: TS.LanguageService;
  /** Always the same file, with the cell of the moment: the compiler then keeps most of what it knows. */
  readonly #current: string;
  /** Completions that make the compiler read what it has not read yet: types of Node, and names of packages. */
  readonly #ahead = ["[1].", 'import "', 'import "evtlab/', "pro"];
  #version = 0;

  constructor(folder: string, typecheck: Typecheck) {
    this.#folder = folder;
    this.#typecheck = typecheck;
    this.#current = cellFile(folder, "current");
    this.forget();
    const options = cellOptions(folder);
    const host: TS.LanguageServiceHost = {
      ...createResolver(options, folder),
      getCompilationSettings: () => options,
      jsDocParsingMode,
      getCurrentDirectory: () => folder,
      useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      getScriptFileNames: () => [globalTypes, this.#current],
      // Installed packages stay as they are; what the user edits is looked at before each cell.
      getScriptVersion: (file) => this.#versionOf(file),
      getScriptSnapshot: (file) => this.#textOf(file),
      fileExists: (file) => this.#files.has(file) || ts.sys.fileExists(file),
      readFile: (file) => this.#files.get(file)?.text ?? ts.sys.readFile(file),
      directoryExists: ts.sys.directoryExists,
      getDirectories: ts.sys.getDirectories,
      readDirectory: ts.sys.readDirectory,
    };
    this.#service = ts.createLanguageService(host, documents);
  }

  /** Loads the libraries, so that the first cell need not. */
  warmUp(): void {
    this.prepare(0, "cell 0", "console.log([1].map(String), new Map(), await Promise.resolve(1));");
    this.forget();
  }

  /** Checks a cell and makes it runnable. What it declares is known to later cells from now on. */
  prepare(id: number, label: string, source: string): Prepared {
    const code = objectLiteral(source) ?? source;
    const shift = code === source ? 0 : 1;
    const parsed = ts.createSourceFile(this.#current, code, ts.ScriptTarget.ES2022, true);
    const faults = (diagnostics: readonly TS.Diagnostic[]): Fault[] => diagnostics.map((diagnostic) => fault(diagnostic, parsed, label, source, shift));

    const syntax = syntaxErrors(parsed);
    if (syntax.length > 0) return { ok: false, error: compileError("SyntaxError", faults(syntax)) };

    const own = declarations(parsed, new Set());
    const text = `${code}\n;${this.#scope.prelude(own, identifiers(parsed))} ${exportsOf(parsed)}`;
    this.#open(text);
    const errors = this.#typecheck === "off" ? [] : this.#typeErrors(code.length);
    const error = errors.length === 0 ? undefined : compileError("TypeCheckError", faults(errors));
    if (error !== undefined && this.#typecheck === "error") return { ok: false, error };

    const typeOnly = this.#typeOnlyImports();
    const reexports = this.#reexports(parsed);
    const script = transform(code, this.#current, id, typeOnly, reexports);
    const declared = [...declarations(parsed, typeOnly), ...declaredBy(reexports)];
    const declares = declared.length > 0 ? { id, label, text, declared } : undefined;
    if (declares !== undefined) this.remember(declares);
    const cell = { id, label, source, ...script, columnShift: shift };
    return { ok: true, cell, ...(error !== undefined && { warning: error }), ...(declares !== undefined && { declares }) };
  }

  /** From now on later cells know what this one has declared. */
  remember({ id, label, text, declared }: DeclaringCell): void {
    const file = cellFile(this.#folder, id);
    this.#files.set(file, { text, version: 0, label });
    this.#scope.add(file, declared);
  }

  /** The process that held the variables is gone. */
  forget(): void {
    this.#scope.clear();
    this.#files.clear();
    this.#open("");
  }

  /** Lets go of all but the files that were read. */
  close(): void {
    this.#service.dispose();
  }

  /** Completions at an offset in UTF-16 units. */
  complete(code: string, offset: number): Completion {
    this.#openDraft(code, !/\.\s*[\p{ID_Continue}$]*$/u.test(code.slice(0, offset)));
    return complete(this.#service, this.#current, code, offset);
  }

  /** Type and documentation of what is at an offset in UTF-16 units. With `places`, where it and its type are declared. */
  inspect(code: string, offset: number, places = false): (Inspected & { readonly places?: Places }) | undefined {
    this.#openDraft(code, false);
    const inspected = inspect(this.#service, this.#current, offset);
    if (inspected === undefined || !places) return inspected;
    const { declaration, type } = declared(this.#service, this.#current, inspected.start, code.length);
    const inCell = (place: DeclaredIn): PlaceInCell => {
      const cell = place.file === this.#current ? { label: "this cell", text: code } : this.#files.get(place.file);
      return { ...place, ...(cell?.label !== undefined && { cell: { label: cell.label, text: cell.text } }) };
    };
    return { ...inspected, places: { declaration: declaration.map(inCell), type: type.map(inCell) } };
  }

  isComplete(code: string): Completeness {
    return isComplete(code);
  }

  /** What a cell will need soon, one step a call, while nothing else is to do; false when all is there. */
  prepareAhead(): boolean {
    const step = this.#ahead.shift();
    if (step !== undefined) this.complete(step, step.length);
    return this.#ahead.length > 0;
  }

  /** With all earlier names, or with those that the draft mentions: each import has its price. */
  #openDraft(code: string, every: boolean): void {
    const parsed = ts.createSourceFile(this.#current, code, ts.ScriptTarget.ES2022, true);
    this.#open(`${code}\n;${this.#scope.prelude(declarations(parsed, new Set()), every ? undefined : identifiers(parsed))}`);
  }

  #versionOf(file: string): string {
    const cell = this.#files.get(file);
    if (cell !== undefined) return String(cell.version);
    if (!file.endsWith(".d.ts")) return fileVersion(file);
    let version = this.#versions.get(file);
    if (version === undefined) this.#versions.set(file, (version = fileVersion(file)));
    return version;
  }

  #textOf(file: string): TS.IScriptSnapshot | undefined {
    const cell = this.#files.get(file);
    return cell === undefined ? fileText(file, this.#versionOf(file)) : ts.ScriptSnapshot.fromString(cell.text);
  }

  #open(text: string): void {
    if (this.#files.get(this.#current)?.text === text) return;
    this.#files.set(this.#current, { text, version: ++this.#version });
  }

  #typeErrors(length: number): TS.Diagnostic[] {
    const errors: TS.Diagnostic[] = [];
    for (const diagnostic of this.#service.getSemanticDiagnostics(this.#current)) {
      const { code, category, start = 0 } = diagnostic;
      if (category !== ts.DiagnosticCategory.Error || start > length || leftToRunTime.has(code)) continue;
      errors.push(code === assignsToImport ? assignsToConstant(diagnostic) : diagnostic);
    }
    return errors;
  }

  #reexports(parsed: TS.SourceFile): Reexports {
    if (!parsed.statements.some((statement) => ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined)) return new Map();
    const program = this.#service.getProgram()!;
    return findReexports(program.getSourceFile(this.#current)!, program.getTypeChecker());
  }

  #typeOnlyImports(): Set<string> {
    const names = new Set<string>();
    const program = this.#service.getProgram();
    const cell = program?.getSourceFile(this.#current);
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
