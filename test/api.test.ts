/** Every public name, so that none comes or goes unseen. `npm run api` rewrites the list after a wanted change. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import ts from "typescript";

const root = new URL("../", import.meta.url).pathname;
const snapshot = `${root}test/golden/api.json`;

/** For each subpath its exported names in order; "(type)" behind those that exist for the compiler alone. */
function publicNames(): Record<string, string[]> {
  const { exports } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as { exports: Record<string, { types: string } | string> };
  const entries = Object.entries(exports).flatMap(([path, target]) => (typeof target === "string" ? [] : [[path, root + target.types.slice(2)] as const]));
  const program = ts.createProgram(entries.map(([, file]) => file), { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2023, skipLibCheck: true, types: ["node"] });
  const checker = program.getTypeChecker();
  return Object.fromEntries(
    entries.map(([path, file]) => {
      const source = program.getSourceFile(file);
      assert.ok(source, `${file} is not built: npm run build`);
      const module = checker.getSymbolAtLocation(source);
      const names = module === undefined ? [] : checker.getExportsOfModule(module).map((symbol) => symbol.name + (isValue(checker, symbol) ? "" : " (type)"));
      return [path, names.toSorted()];
    }),
  );
}

function isValue(checker: ts.TypeChecker, symbol: ts.Symbol): boolean {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  if ((target.flags & ts.SymbolFlags.Value) === 0) return false;
  return !symbol.declarations?.some((declaration) => ts.isTypeOnlyExportDeclaration(declaration));
}

describe("the public names", function () {
  this.timeout(60000);

  it("are those of test/golden/api.json", () => {
    const names = publicNames();
    if (process.env["EVTLAB_REWRITE_API"] === "1") writeFileSync(snapshot, `${JSON.stringify(names, undefined, 2)}\n`);
    const wanted = JSON.parse(readFileSync(snapshot, "utf8")) as unknown;
    assert.deepEqual(names, wanted, "a public name came or went: if that is wanted, run npm run api and say it in CHANGELOG.md");
  });
});
