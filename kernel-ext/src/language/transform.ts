/**
 * From a cell in TypeScript to a script for the REPL mode of V8.
 *
 * Imports become awaited calls, the last expression is stored, and every declaration becomes a `let` or a class: these
 * two may be declared again by a later cell, in any combination.
 * @module
 */
import { asImport, type Reexports } from "./reexport.js";
import { ts, type TS } from "./typescript.js";

export interface Script {
  readonly javascript: string;
  /** Source map as JSON. */
  readonly sourceMap: string;
  /** What it imports; null for a name that is computed as it runs. */
  readonly imports: readonly (string | null)[];
}

/** `typeOnly` names imports that have no value; the last expression is stored under the number `cell`. */
export function transform(code: string, fileName: string, cell: number, typeOnly: ReadonlySet<string>, reexports: Reexports): Script {
  const imports: (string | null)[] = [];
  const { outputText, sourceMapText } = ts.transpileModule(code, {
    fileName,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      useDefineForClassFields: true,
      sourceMap: true,
      removeComments: false,
    },
    transformers: { before: [rewriteCell(cell, typeOnly, reexports, imports)], after: [redeclarable] },
  });
  const map = JSON.parse(sourceMapText ?? "{}") as { mappings: string };
  // One line more at the top is one semicolon more in the mappings.
  return {
    javascript: `"use strict";\n${outputText.replace(/^\/\/# sourceMappingURL=.*$/m, "")}`,
    sourceMap: JSON.stringify({ ...map, mappings: `;${map.mappings}` }),
    imports,
  };
}

const { factory } = ts;
const bridge = (name: string): TS.PropertyAccessExpression => factory.createPropertyAccessExpression(factory.createIdentifier("__evtlab__"), name);

function rewriteCell(id: number, typeOnly: ReadonlySet<string>, reexports: Reexports, imported: (string | null)[]): TS.TransformerFactory<TS.SourceFile> {
  const note = (specifier: TS.Expression | undefined): void => void imported.push(specifier !== undefined && ts.isStringLiteralLike(specifier) ? specifier.text : null);
  return (context) => (cell) => {
    const visit = (node: TS.Node): TS.Node => {
      const visited = ts.visitEachChild(node, visit, context);
      if (ts.isCallExpression(visited) && visited.expression.kind === ts.SyntaxKind.ImportKeyword) {
        const [specifier, options] = visited.arguments;
        note(specifier);
        const rest = options === undefined ? [] : [factory.createArrayLiteralExpression(), options];
        return factory.updateCallExpression(visited, bridge("import"), undefined, [specifier, ...rest]);
      }
      // Not a global: packages would take this process for Deno's.
      if (ts.isPropertyAccessExpression(visited) && ts.isIdentifier(visited.expression) && visited.expression.text === "Deno" && visited.name.text === "jupyter") return bridge("jupyter");
      if (ts.isMetaProperty(visited) && visited.keywordToken === ts.SyntaxKind.ImportKeyword) return bridge("meta");
      return visited;
    };
    const imports: TS.Statement[] = [];
    const body: TS.Statement[] = [];
    for (const statement of cell.statements) {
      if ((ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) && statement.moduleSpecifier !== undefined) note(statement.moduleSpecifier);
      if (ts.isImportDeclaration(statement)) imports.push(...importCall(statement, typeOnly));
      else if (ts.isExportDeclaration(statement)) imports.push(...reexport(statement, typeOnly, reexports));
      else body.push(withoutExport(ts.visitNode(statement, visit) as TS.Statement));
    }
    const last = body.findLastIndex((statement) => !ts.isEmptyStatement(statement));
    const lastStatement = body[last];
    if (lastStatement !== undefined && ts.isExpressionStatement(lastStatement)) {
      const assignment = factory.createAssignment(factory.createElementAccessExpression(bridge("values"), id), factory.createParenthesizedExpression(lastStatement.expression));
      body[last] = factory.updateExpressionStatement(lastStatement, assignment);
    }
    return factory.updateSourceFile(cell, [...imports, ...body]);
  };
}

/** `let { default: a, b: c } = await __evtlab__.import("m", ["default", "b"]);` */
function importCall(statement: TS.ImportDeclaration, typeOnly: ReadonlySet<string>): TS.Statement[] {
  const { importClause } = statement;
  if (importClause?.isTypeOnly) return [];
  const bindings: { exported: string; local: TS.Identifier }[] = [];
  let namespace: TS.Identifier | undefined;
  const add = (exported: string, local: TS.Identifier): void => {
    if (!typeOnly.has(local.text)) bindings.push({ exported, local });
  };
  if (importClause?.name !== undefined) add("default", importClause.name);
  const named = importClause?.namedBindings;
  if (named !== undefined && ts.isNamespaceImport(named)) namespace = typeOnly.has(named.name.text) ? undefined : named.name;
  else for (const { isTypeOnly, propertyName, name } of named?.elements ?? []) if (!isTypeOnly) add((propertyName ?? name).text, name);
  if (importClause !== undefined && bindings.length === 0 && namespace === undefined) return [];

  const names = factory.createArrayLiteralExpression(bindings.map(({ exported }) => factory.createStringLiteral(exported)));
  const module = factory.createAwaitExpression(ts.setTextRange(factory.createCallExpression(bridge("import"), undefined, [statement.moduleSpecifier, names, ...importOptions(statement)]), statement));
  if (importClause === undefined) return [ts.setTextRange(factory.createExpressionStatement(module), statement)];
  const pattern = factory.createObjectBindingPattern(bindings.map(({ exported, local }) => factory.createBindingElement(undefined, factory.createStringLiteral(exported), local)));
  const declared = namespace === undefined
    ? [factory.createVariableDeclaration(pattern, undefined, undefined, module)]
    : [factory.createVariableDeclaration(namespace, undefined, undefined, module), ...(bindings.length === 0 ? [] : [factory.createVariableDeclaration(pattern, undefined, undefined, namespace)])];
  return [ts.setTextRange(factory.createVariableStatement(undefined, factory.createVariableDeclarationList(declared, ts.NodeFlags.Let)), statement)];
}

function importOptions({ attributes }: TS.ImportDeclaration): TS.Expression[] {
  if (attributes === undefined) return [];
  const properties = attributes.elements.map(({ name, value }) => factory.createPropertyAssignment(name, value));
  return [factory.createObjectLiteralExpression([factory.createPropertyAssignment("with", factory.createObjectLiteralExpression(properties))])];
}

/** What a cell exports from elsewhere it has itself, for later cells. */
function reexport(statement: TS.ExportDeclaration, typeOnly: ReadonlySet<string>, reexports: Reexports): TS.Statement[] {
  const { moduleSpecifier } = statement;
  if (moduleSpecifier === undefined || statement.isTypeOnly) return [];
  const names = reexports.get(statement.pos);
  if (names !== undefined) return importCall(asImport(statement, moduleSpecifier, names), typeOnly);
  // A missing module throws its own error first.
  const load = factory.createExpressionStatement(factory.createAwaitExpression(factory.createCallExpression(bridge("import"), undefined, [moduleSpecifier])));
  const sentence = `The names of ${moduleSpecifier.getText()} are not known, because it has no types: write import * as name from ${moduleSpecifier.getText()}.`;
  return [load, factory.createThrowStatement(factory.createNewExpression(factory.createIdentifier("SyntaxError"), undefined, [factory.createStringLiteral(sentence)]))];
}

function withoutExport(statement: TS.Statement): TS.Statement {
  if (ts.isExportAssignment(statement)) return ts.setTextRange(factory.createExpressionStatement(statement.expression), statement);
  if (!ts.canHaveModifiers(statement)) return statement;
  const modifiers = ts.getModifiers(statement)?.filter(({ kind }) => kind !== ts.SyntaxKind.ExportKeyword && kind !== ts.SyntaxKind.DefaultKeyword);
  if (modifiers === undefined || modifiers.length === ts.getModifiers(statement)?.length) return statement;
  if (ts.isVariableStatement(statement)) return factory.updateVariableStatement(statement, modifiers, statement.declarationList);
  if (ts.isFunctionDeclaration(statement)) {
    return factory.updateFunctionDeclaration(statement, modifiers, statement.asteriskToken, statement.name, statement.typeParameters, statement.parameters, statement.type, statement.body);
  }
  if (ts.isClassDeclaration(statement)) {
    const decorators = ts.getDecorators(statement) ?? [];
    return factory.updateClassDeclaration(statement, [...decorators, ...modifiers], statement.name, statement.typeParameters, statement.heritageClauses, statement.members);
  }
  if (ts.isEnumDeclaration(statement)) return factory.updateEnumDeclaration(statement, modifiers, statement.name, statement.members);
  if (ts.isModuleDeclaration(statement)) return factory.updateModuleDeclaration(statement, modifiers, statement.name, statement.body);
  return statement;
}

/** Top-level `const`, `var` and functions become `let`; nothing else can be declared again in every way. */
const redeclarable: TS.TransformerFactory<TS.SourceFile> = (context) => (script) => {
  const hoisted = new Set<string>();
  const functions: TS.Statement[] = [];
  const seen = new Set<string>();

  const asLet = (list: TS.VariableDeclarationList, declared: readonly TS.VariableDeclaration[]): TS.VariableDeclarationList =>
    ts.setTextRange(factory.createVariableDeclarationList(declared, ts.NodeFlags.Let), list);
  /** `var` inside of a block, or for the second time: declared once at the top, assigned here. */
  const assignments = (list: TS.VariableDeclarationList): TS.Expression | undefined => {
    const parts = list.declarations.flatMap((declaration) => {
      for (const name of namesIn(declaration.name)) hoisted.add(name);
      if (declaration.initializer === undefined) return [];
      const target = ts.isIdentifier(declaration.name) ? declaration.name : assignmentPattern(declaration.name);
      return [ts.setTextRange(factory.createAssignment(target, declaration.initializer), declaration)];
    });
    return parts.length === 0 ? undefined : factory.createParenthesizedExpression(parts.reduce<TS.Expression>((left, right) => (left === right ? left : factory.createComma(left, right)), parts[0]));
  };
  const inBlock = (node: TS.Node): TS.Node | undefined => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return node;
    if (ts.isVariableStatement(node) && isVar(node.declarationList)) {
      const assigned = assignments(node.declarationList);
      return assigned === undefined ? factory.createEmptyStatement() : ts.setTextRange(factory.createExpressionStatement(assigned), node);
    }
    if (ts.isForStatement(node) && node.initializer !== undefined && ts.isVariableDeclarationList(node.initializer) && isVar(node.initializer)) {
      const body = ts.visitEachChild(node, inBlock, context);
      return factory.updateForStatement(body, assignments(node.initializer), body.condition, body.incrementor, body.statement);
    }
    if ((ts.isForOfStatement(node) || ts.isForInStatement(node)) && ts.isVariableDeclarationList(node.initializer) && isVar(node.initializer)) {
      const { name } = node.initializer.declarations[0];
      for (const each of namesIn(name)) hoisted.add(each);
      const target = ts.isIdentifier(name) ? name : assignmentPattern(name);
      const body = ts.visitEachChild(node, inBlock, context);
      return ts.isForOfStatement(body)
        ? factory.updateForOfStatement(body, body.awaitModifier, target, body.expression, body.statement)
        : factory.updateForInStatement(body as TS.ForInStatement, target, body.expression, body.statement);
    }
    return ts.visitEachChild(node, inBlock, context);
  };

  const body = script.statements.flatMap((statement): TS.Statement[] => {
    if (ts.isExportDeclaration(statement)) return [];
    if (ts.isFunctionDeclaration(statement)) {
      if (statement.name === undefined) return [];
      const { modifiers, asteriskToken, name, parameters, body: block } = statement;
      const expression = factory.createFunctionExpression(modifiers as readonly TS.Modifier[] | undefined, asteriskToken, undefined, undefined, parameters, undefined, block ?? factory.createBlock([]));
      const declaration = factory.createVariableDeclaration(name, undefined, undefined, ts.setTextRange(expression, statement));
      functions.push(ts.setTextRange(factory.createVariableStatement(undefined, factory.createVariableDeclarationList([declaration], ts.NodeFlags.Let)), statement));
      return [];
    }
    if (!ts.isVariableStatement(statement)) return [inBlock(statement) as TS.Statement];
    const { declarationList } = statement;
    if (isVar(declarationList)) {
      const names = declarationList.declarations.flatMap(({ name }) => namesIn(name));
      const again = names.some((name) => seen.has(name) || hoisted.has(name));
      for (const name of names) seen.add(name);
      if (again) return [inBlock(statement) as TS.Statement];
    }
    return [factory.updateVariableStatement(statement, statement.modifiers, asLet(declarationList, declarationList.declarations))];
  });
  const atTop = [...hoisted].filter((name) => !seen.has(name)).map((name) => factory.createVariableDeclaration(name));
  const top = atTop.length === 0 ? [] : [factory.createVariableStatement(undefined, factory.createVariableDeclarationList(atTop, ts.NodeFlags.Let))];
  return factory.updateSourceFile(script, [...top, ...functions, ...body]);
};

function isVar(list: TS.VariableDeclarationList): boolean {
  return (list.flags & ts.NodeFlags.BlockScoped) === 0;
}

function namesIn(name: TS.BindingName): string[] {
  return ts.isIdentifier(name) ? [name.text] : name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : namesIn(element.name)));
}

function assignmentPattern(pattern: TS.BindingPattern): TS.Expression {
  const withDefault = (target: TS.Expression, initial: TS.Expression | undefined): TS.Expression => (initial === undefined ? target : factory.createAssignment(target, initial));
  const target = (name: TS.BindingName): TS.Expression => (ts.isIdentifier(name) ? name : assignmentPattern(name));
  if (ts.isArrayBindingPattern(pattern)) {
    return factory.createArrayLiteralExpression(
      pattern.elements.map((element) => {
        if (ts.isOmittedExpression(element)) return element;
        const value = withDefault(target(element.name), element.initializer);
        return element.dotDotDotToken === undefined ? value : factory.createSpreadElement(value);
      }),
    );
  }
  return factory.createObjectLiteralExpression(
    pattern.elements.map((element) => {
      if (element.dotDotDotToken !== undefined) return factory.createSpreadAssignment(target(element.name));
      const property = element.propertyName ?? (element.name as TS.Identifier);
      return factory.createPropertyAssignment(property, withDefault(target(element.name), element.initializer));
    }),
  );
}
