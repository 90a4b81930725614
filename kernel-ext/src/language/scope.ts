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

interface Declaration {
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
   * Declarations that bring earlier names into a cell: those in `wanted` (all without it), without those in `own`.
   * A variable is declared, not imported, because an import cannot be assigned to.
   */
  prelude(own: readonly Declaration[], wanted?: ReadonlySet<string>): string {
    const ownValues = new Set(own.filter(({ kind }) => kind !== "type").map(({ name }) => name));
    const ownTypes = new Set(own.filter(({ kind }) => kind === "type" || kind === "value and type").map(({ name }) => name));
    const lines: string[] = [];
    for (const [name, { module, kind }] of this.#values) {
      if ((wanted !== undefined && !wanted.has(name)) || ownValues.has(name)) continue;
      if (kind === "variable") lines.push(`declare let ${name}: typeof import("${module}").${name};`);
      else if (!ownTypes.has(name)) lines.push(`import { ${name} } from "${module}";`);
      else lines.push(`declare const ${name}: typeof import("${module}").${name};`);
    }
    for (const [name, { module, kind }] of this.#types) {
      if ((wanted !== undefined && !wanted.has(name)) || ownTypes.has(name)) continue;
      const sameImport = kind === "value and type" && this.#values.get(name)?.module === module && !ownValues.has(name);
      const value = this.#values.get(name);
      // A type beside a constant of the same cell came with the import of the constant.
      if (sameImport || (value !== undefined && value.module === module && value.kind !== "variable" && !ownValues.has(name))) continue;
      lines.push(`import type { ${name} } from "${module}";`);
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
