/**
 * What earlier cells have declared.
 *
 * Each cell is a module of its own. It sees an earlier declaration by an import that stands after the code of the cell,
 * so that lines and columns stay what the user typed. The latest declaration of a name wins, for values and for types
 * apart: `type Point` leaves a `const Point` alone, as in one module.
 * @module
 */
import { ts, type TS } from "./typescript.js";

type Kind = "variable" | "constant" | "value and type" | "type";

export interface Declaration {
  readonly name: string;
  readonly kind: Kind;
}

interface Owner {
  readonly module: string;
  readonly kind: Kind;
}

/** Names that a cell declares at its top level. */
export function declarations(cell: TS.SourceFile, typeOnly: ReadonlySet<string>): Declaration[] {
  const found: Declaration[] = [];
  const add = (name: string, kind: Kind): void => void found.push({ name, kind });
  const addImport = (name: TS.Identifier): void => add(name.text, typeOnly.has(name.text) ? "type" : "value and type");
  const addBinding = (name: TS.BindingName, kind: Kind): void => {
    if (ts.isIdentifier(name)) add(name.text, kind);
    else for (const element of name.elements) if (!ts.isOmittedExpression(element)) addBinding(element.name, kind);
  };
  const addHoisted = (node: TS.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isModuleDeclaration(node)) return;
    if (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.BlockScoped) === 0) {
      for (const { name } of node.declarations) addBinding(name, "variable");
    }
    ts.forEachChild(node, addHoisted);
  };
  for (const statement of cell.statements) {
    if (ts.isVariableStatement(statement)) {
      const kind = statement.declarationList.flags & ts.NodeFlags.Const ? "constant" : "variable";
      for (const { name } of statement.declarationList.declarations) addBinding(name, kind);
    } else if (ts.isFunctionDeclaration(statement)) {
      if (statement.name !== undefined) add(statement.name.text, "constant");
    } else if (ts.isClassDeclaration(statement) || ts.isEnumDeclaration(statement)) {
      if (statement.name !== undefined) add(statement.name.text, "value and type");
    } else if (ts.isModuleDeclaration(statement)) {
      if (ts.isIdentifier(statement.name) && statement.name.text !== "global") add(statement.name.text, "value and type");
    } else if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
      add(statement.name.text, "type");
    } else if (ts.isImportEqualsDeclaration(statement)) {
      addImport(statement.name);
    } else if (ts.isImportDeclaration(statement)) {
      const { name, namedBindings } = statement.importClause ?? {};
      if (name !== undefined) addImport(name);
      if (namedBindings !== undefined && ts.isNamespaceImport(namedBindings)) addImport(namedBindings.name);
      else for (const element of namedBindings?.elements ?? []) addImport(element.name);
    } else {
      addHoisted(statement);
    }
  }
  const unique = new Map(found.map((declaration) => [`${declaration.kind === "type"} ${declaration.name}`, declaration]));
  return [...unique.values()];
}

/** `export { a, b };` for what the cell declares and does not export itself. */
export function exportsOf(cell: TS.SourceFile): string {
  const exported = new Set(cell.statements.flatMap((statement) => (isExported(statement) ? declaredNames(statement) : [])));
  const names = new Set(declarations(cell, new Set()).map(({ name }) => name));
  return `export { ${[...names].filter((name) => !exported.has(name)).join(", ")} };`;
}

function isExported(statement: TS.Statement): boolean {
  return ts.canHaveModifiers(statement) && (ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false);
}

function declaredNames(statement: TS.Statement): string[] {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.flatMap(({ name }) => namesIn(name));
  const { name } = statement as TS.DeclarationStatement;
  return name !== undefined && ts.isIdentifier(name) ? [name.text] : [];
}

function namesIn(name: TS.BindingName): string[] {
  return ts.isIdentifier(name) ? [name.text] : name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : namesIn(element.name)));
}

export class Scope {
  readonly #values = new Map<string, Owner>();
  readonly #types = new Map<string, Owner>();

  /** From now on these names mean what `module` declares. */
  add(module: string, declared: readonly Declaration[]): void {
    for (const { name, kind } of declared) {
      if (kind !== "type") {
        this.#values.set(name, { module, kind });
        if (this.#types.get(name)?.kind === "value and type") this.#types.delete(name);
      }
      if (kind === "type" || kind === "value and type") this.#types.set(name, { module, kind });
    }
  }

  clear(): void {
    this.#values.clear();
    this.#types.clear();
  }

  /** True when the name means a constant of an earlier cell. */
  isConstant(name: string): boolean {
    return this.#values.get(name)?.kind === "constant";
  }

  /**
   * Declarations that bring earlier names into a cell: those in `wanted` (all without it) that it does not declare.
   *
   * An import brings value and type. Where the two come from different cells, or the value may be assigned to, the
   * value is declared instead; the compiler then complains here about the import beside it, where nobody looks.
   */
  prelude(own: readonly Declaration[], wanted?: ReadonlySet<string>): string {
    const ownValues = new Set(own.filter(({ kind }) => kind !== "type").map(({ name }) => name));
    const ownTypes = new Set(own.filter(({ kind }) => kind === "type" || kind === "value and type").map(({ name }) => name));
    const lines: string[] = [];
    for (const name of new Set([...this.#values.keys(), ...this.#types.keys()])) {
      if (wanted !== undefined && !wanted.has(name)) continue;
      const value = ownValues.has(name) ? undefined : this.#values.get(name);
      const earlierType = ownTypes.has(name) ? undefined : this.#types.get(name);
      const type = ownValues.has(name) && earlierType?.kind === "value and type" ? undefined : earlierType;
      const importsBoth = value !== undefined && value.kind !== "variable" && !ownTypes.has(name) && (type === undefined || type.module === value.module);
      if (value !== undefined && !importsBoth) lines.push(`declare ${value.kind === "variable" ? "let" : "const"} ${name}: typeof import("${value.module}").${name};`);
      const imported = importsBoth ? value : type;
      if (imported !== undefined) lines.push(`import { ${name} } from "${imported.module}";`);
    }
    return lines.join(" ");
  }
}

/** All identifiers in a file: the names that it may need from earlier cells. */
export function identifiers(file: TS.SourceFile): Set<string> {
  const names = new Set<string>();
  const visit = (node: TS.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}
