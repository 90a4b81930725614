/**
 * `export … from "module"` in a cell: a module would hand those names on, so later cells have them.
 * @module
 */
import type { Declaration } from "./scope.js";
import { ts, type TS } from "./typescript.js";

interface Reexport {
  /** Name in the module; "*" for all of it. */
  readonly exported: string;
  /** Name for later cells. */
  readonly name: string;
  readonly isType: boolean;
}

/** What each such statement hands on, by its position; undefined for `export *` from a module without types. */
export type Reexports = ReadonlyMap<number, readonly Reexport[] | undefined>;

export function findReexports(cell: TS.SourceFile, checker: TS.TypeChecker): Reexports {
  const found = new Map<number, readonly Reexport[] | undefined>();
  for (const statement of cell.statements) {
    if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier === undefined) continue;
    found.set(statement.pos, namesOf(statement, statement.moduleSpecifier, checker));
  }
  return found;
}

function namesOf({ exportClause, isTypeOnly }: TS.ExportDeclaration, specifier: TS.Expression, checker: TS.TypeChecker): Reexport[] | undefined {
  if (exportClause !== undefined && ts.isNamespaceExport(exportClause)) return [{ exported: "*", name: exportClause.name.text, isType: isTypeOnly }];
  const module = checker.getSymbolAtLocation(specifier);
  const offered = new Map(module === undefined ? [] : checker.getExportsOfModule(module).map((symbol) => [symbol.name, symbol]));
  const isType = (name: string): boolean => {
    const symbol = offered.get(name);
    if (symbol === undefined) return false;
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return !(target.flags & ts.SymbolFlags.Value) && target.declarations !== undefined;
  };
  if (exportClause !== undefined) {
    return exportClause.elements
      .filter(({ name }) => name.text !== "default")
      .map(({ propertyName, name, isTypeOnly: type }) => ({ exported: (propertyName ?? name).text, name: name.text, isType: isTypeOnly || type || isType((propertyName ?? name).text) }));
  }
  if (offered.size === 0) return undefined;
  return [...offered.keys()].filter((name) => name !== "default" && name !== "export=" && /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)).map((name) => ({ exported: name, name, isType: isTypeOnly || isType(name) }));
}

/** The names as declarations of the cell. */
export function declaredBy(reexports: Reexports): Declaration[] {
  return [...reexports.values()].flatMap((names) => names ?? []).map(({ name, isType }) => ({ name, kind: isType ? "type" : "value and type" }));
}

const { factory } = ts;

/** The statement as an import, so that its names are variables. */
export function asImport(statement: TS.ExportDeclaration, specifier: TS.Expression, names: readonly Reexport[]): TS.ImportDeclaration {
  const [first] = names;
  const bindings = first?.exported === "*"
    ? factory.createNamespaceImport(factory.createIdentifier(first.name))
    : factory.createNamedImports(names.map(({ exported, name, isType }) => factory.createImportSpecifier(isType, factory.createIdentifier(exported), factory.createIdentifier(name))));
  const clause = factory.createImportClause(statement.isTypeOnly, undefined, bindings);
  return ts.setTextRange(factory.createImportDeclaration(undefined, clause, specifier, statement.attributes), statement);
}
