import assert from "node:assert/strict";
import { runInThisContext } from "node:vm";
import { isEvtlabError } from "../../src/errors.js";
import { checkParameters } from "../../src/run/check-parameters.js";
import { coerce, parseParameters, type ParameterValue } from "../../src/run/parameters.js";
import { fillPath } from "../../src/run/paths.js";
import { declaredParameters, parametersSource } from "../../src/run/translate.js";
import { injectParameters, notebookParameters } from "../../src/run/inject.js";
import { cellTags } from "../../src/jupyter/nbformat.js";
import { code, notebook, text } from "./notebooks.js";

describe("parameters", () => {
  it("types values as papermill does", () => {
    const cases: [string, unknown][] = [
      ["True", true], ["False", false], ["None", null], ["true", "true"], ["", ""], ["7", 7], ["-7", -7], ["+7", 7], ["1_000", 1000],
      ["007", 7], ["1.5", 1.5], [".5", 0.5], ["1e3", 1000], ["1e", "1e"], ["0x10", "0x10"], ["nan", NaN], ["-inf", -Infinity],
      ["Infinity", Infinity], ["9007199254740993", 9007199254740993n], ["1__0", "1__0"], ["talk.raw", "talk.raw"],
    ];
    for (const [given, expected] of cases) assert.deepEqual(coerce(given), expected, given);
  });

  it("reads YAML 1.1, with dates and keys as text", () => {
    assert.deepEqual(parseParameters("on: yes\nday: 2020-01-02\nlist: [1, 0.5, ~]\n1: {a: b}", "test"), {
      on: true, day: "2020-01-02", list: [1, 0.5, null], 1: { a: "b" },
    });
    assert.deepEqual(parseParameters("", "test"), {});
    assert.throws(() => parseParameters("- 1", "test"), { tag: "NotebookError" });
    assert.throws(() => parseParameters("a: [", "test"), { tag: "NotebookError" });
  });

  it("writes values that TypeScript reads back", () => {
    const value = { a: [1, -0, 0.1, 1e21, null, true], "b c": { d: 'quote " backslash \\ newline \n é 漢 😀 \u2028' }, ["__proto__"]: 1 };
    const source = parametersSource("typescript", { value, big: 2n ** 70n, nan: NaN, inf: -Infinity });
    assert.deepEqual(runInThisContext(`(() => { ${source} return { value, big, nan, inf }; })()`), { value, big: 2n ** 70n, nan: NaN, inf: -Infinity });
    assert.equal(source.split("\n")[0], "// Parameters");
  });

  it("keeps the declared type", () => {
    const declared = declaredParameters("typescript", 'let size: "small" | "full" = "small"; // how much\nconst n = 3\nconsole.log(1)');
    assert.deepEqual(declared, [
      { name: "size", type: '"small" | "full"', value: '"small"', help: "how much" },
      { name: "n", value: "3", help: "" },
    ]);
    assert.equal(parametersSource("typescript", { size: "full", n: 4 }, declared), '// Parameters\nlet size: "small" | "full" = "full";\nlet n = 4;\n');
  });

  it("writes Python as papermill does", () => {
    assert.equal(parametersSource("python", { a: 'é"\n', b: [true, null, NaN], c: { d: 1.5 } }), '# Parameters\na = "\\xe9\\"\\n"\nb = [True, None, float(\'nan\')]\nc = {"d": 1.5}\n');
  });

  it("refuses names that are no identifiers, and languages that it cannot write", () => {
    assert.throws(() => parametersSource("typescript", { "a; process.exit()": 1 }), { tag: "NotebookError" });
    assert.throws(() => parametersSource("cobol", { a: 1 }), /typescript, javascript, python/);
  });

  it("injects after the parameters cell, in place of an earlier injection, or on top", () => {
    const order = (...cells: Parameters<typeof notebook>): { sources: string[]; warnings: readonly string[] } => {
      const { notebook: result, warnings } = injectParameters(notebook(...cells), { a: 2 }, "typescript");
      assert.equal(new Set(result.cells.map((cell) => cell.id)).size, result.cells.length);
      return { sources: result.cells.map((cell) => (cellTags(cell).includes("injected-parameters") ? "*" : cell.source)), warnings };
    };
    assert.deepEqual(order(text("t"), code("let a = 1", "parameters"), code("a")), { sources: ["t", "let a = 1", "*", "a"], warnings: [] });
    assert.deepEqual(order(code("let a = 1", "parameters"), text("t"), code("let a = 9", "injected-parameters")).sources, ["let a = 1", "t", "*"]);
    const top = order(text("t"), code("a"));
    assert.deepEqual(top.sources, ["*", "t", "a"]);
    assert.match(top.warnings.join(), /unknown parameter: a.*does not contain a cell with tag 'parameters'/);
  });

  it("serves several parameters cells, each with the values that it declares", () => {
    const before = notebook(code("let a = 1;\nlet b = 2;", "parameters"), code("a"), code("let c: string = 'x';", "parameters"), code("let a = 0", "injected-parameters"), code("c"));
    const { notebook: result, warnings } = injectParameters(before, { c: "y", a: 5, other: true }, "typescript");
    assert.deepEqual(result.cells.map(({ source }) => source), ["let a = 1;\nlet b = 2;", "// Parameters\nlet a = 5;\nlet other = true;\n", "a", "let c: string = 'x';", '// Parameters\nlet c: string = "y";\n', "c"]);
    assert.deepEqual(warnings, ["Passed unknown parameter: other (the notebook has a, b, c)"]);
    assert.equal(new Set(result.cells.map((cell) => cell.id)).size, result.cells.length);
    assert.deepEqual(notebookParameters(before, "typescript")?.map(({ name }) => name), ["a", "b", "c"]);
  });

  it("compares values with declared types and with the types of defaults", () => {
    const declared = declaredParameters("typescript", 'let seed = 7;\nlet name = "";\nlet size: "small" | "full" = "small";\nlet rates: readonly number[] = [0.1];\nlet opts: { lr?: number } = {};\nlet any: Imported = 1;\nlet nothing = null;');
    const check = (parameters: Record<string, ParameterValue>) => checkParameters(declared, parameters, "typescript");
    check({ seed: 3.5, name: "5", size: "full", rates: [1, 2], opts: { lr: 1 }, any: "x", nothing: [1], unknown: 1 });
    const refused: [Record<string, ParameterValue>, RegExp][] = [
      [{ seed: "abc" }, /seed = "abc" \(its default is 7\): Type 'string' is not assignable to type 'number'.*-r/],
      [{ name: 5, size: "huge" }, /name = 5.*; size = "huge" \(declared as "small" \| "full"\)/],
      [{ rates: [1, "2"] }, /rates/],
      [{ opts: { rl: 1 } }, /rl/],
      [{ seed: 12345678901234567890n }, /bigint/],
      [{ seed: null }, /null/],
    ];
    for (const [parameters, message] of refused) assert.throws(() => check(parameters), (error) => isEvtlabError(error, "NotebookError") && message.test(error.message));
    checkParameters(declared, { seed: "x" }, "python");
  });

  it("takes the help of a parameter from its comment or its documentation", () => {
    const found = declaredParameters("typescript", "/** Path of a file.\n *  Empty: one is made. */\nlet path = '';\n/** Not this. */\n\nlet seed = 7; // for the dice\n/**\n * How many.\n */\nlet n = 1;\nlet bare = 2;");
    assert.deepEqual(found.map(({ name, help }) => [name, help]), [["path", "Path of a file. Empty: one is made."], ["seed", "for the dice"], ["n", "How many."], ["bare", ""]]);
  });

  it("fills path templates", () => {
    assert.equal(fillPath("out/{name}-{{x}}-{n}.ipynb", { name: "a", n: 3 }), "out/a-{x}-3.ipynb");
    assert.match(fillPath("{pm.run_uuid}", {}), /^[0-9a-f-]{36}$/);
    assert.throws(() => fillPath("{nothing}", {}), /-p nothing VALUE/);
  });
});
