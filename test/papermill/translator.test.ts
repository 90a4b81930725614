import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import type { ParameterValue } from "../../src/run/parameters.js";
import { declaredParameters, parametersSource, shownType } from "../../src/run/translate.js";
import { requirePython } from "../python.js";

/** Reads cases from stdin, writes what papermill makes of each. */
const program = `
import json, sys
from papermill.translators import papermill_translators
import papermill.engines
T = papermill_translators.find_translator("evtlab", "typescript")
out = []
for source, parameters in json.load(sys.stdin):
    found = T.inspect({"source": source})
    out.append([[p._asdict() for p in found], T.codify(parameters)])
print(json.dumps(out))
`;

describe("papermill's translator", function () {
  this.timeout(30_000);
  let python: string;
  before(function () {
    python = requirePython(this, "evtlab_papermill");
  });

  /** Parameters as JSON text, since Python tells 1 from 1.0 and knows NaN. */
  function papermill(cases: readonly (readonly [source: string, json: string])[]): [declared: unknown[], source: string][] {
    const input = `[${cases.map(([source, json]) => `[${JSON.stringify(source)}, ${json}]`).join(",")}]`;
    const { stdout, stderr, status } = spawnSync(python, ["-c", program], { input, encoding: "utf8", maxBuffer: 2 ** 28 });
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout) as [unknown[], string][];
  }

  it("writes what evtlab run writes, for any JSON", () => {
    const values = fc.sample(fc.jsonValue({ depthSize: "small" }), { numRuns: 300, seed: 7 }) as ParameterValue[];
    const texts = fc.sample(fc.string({ unit: "grapheme" }), { numRuns: 100, seed: 8 });
    const numbers = fc.sample(fc.double({ noNaN: true, noDefaultInfinity: true }), { numRuns: 300, seed: 9 });
    const all = [...values, ...texts, ...numbers, 1e21, 1e-7, 123456789012345680000, 5e-324, "\u2028\ud800\u007f", { ["__proto__"]: 1 }];
    // As JSON has it, where -0 is 0.
    const cases = all.map((value) => JSON.parse(JSON.stringify(value)) as ParameterValue).filter((value) => !hasBigInteger(value));
    const answers = papermill(cases.map((value) => ["", JSON.stringify({ value })]));
    answers.forEach(([, source], index) => assert.equal(source, parametersSource("typescript", { value: cases[index]! })));
  });

  it("writes what JSON has no words for", () => {
    const [[, source]] = papermill([["", '{"nan": NaN, "inf": [Infinity, -Infinity], "big": 12345678901234567890, "zero": -0.0, "one": 1.0}']]) as [[unknown, string]];
    assert.equal(source, parametersSource("typescript", { nan: NaN, inf: [Infinity, -Infinity], big: 12345678901234567890n, zero: -0, one: 1 }));
  });

  it("finds the parameters of a cell, and keeps their types", () => {
    const cell = 'let size: "small" | "full" = "small"; // how much\nconst rate = 0.5;\n// let no = 1\nlet path = "a//b" // where\nlet x = `y`\nfoo();\nexport let été = null;\n/** Two\n * lines. */\nlet documented = 1;\nlet on = false;\nlet big = 12n;\nlet small = -1.5e-3;\nlet hex = 0xff;\nlet many = [1];';
    const [[declared, source]] = papermill([[cell, '{"size": "full", "rate": 1}']]) as [[unknown[], string]];
    const ours = declaredParameters("typescript", cell);
    assert.deepEqual(declared, ours.map((parameter) => ({ name: parameter.name, inferred_type_name: shownType(parameter, "typescript") ?? "None", default: parameter.value, help: parameter.help })));
    assert.deepEqual(ours.map((parameter) => shownType(parameter, "typescript")), ['"small" | "full"', "number", "string", "string", undefined, "number", "boolean", "bigint", "number", "number", undefined]);
    assert.deepEqual(ours.map(({ name }) => name), ["size", "rate", "path", "x", "été", "documented", "on", "big", "small", "hex", "many"]);
    assert.equal(source, '// Parameters\nlet size: "small" | "full" = "full";\nlet rate = 1;\n');
  });

  it("refuses a name that is no identifier", () => {
    assert.throws(() => papermill([["", '{"a b": 1}']]), /identifier of TypeScript/);
  });
});

/** A float beyond 2^53 looks like an integer in JSON; Python then keeps it exact, where JavaScript rounds. */
function hasBigInteger(value: unknown): boolean {
  if (typeof value === "number") return /^-?\d+$/.test(String(value)) && !Number.isSafeInteger(value);
  return typeof value === "object" && value !== null && Object.values(value).some(hasBigInteger);
}
