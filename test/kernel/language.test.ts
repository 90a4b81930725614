import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

import type { DeclaredInCell, DeclaredInFile, Explanation } from "../../kernel-ext/src/explanation.js";
import { codePoints } from "../../kernel-ext/src/offsets.js";
import { isMessage, type Message } from "../../src/jupyter/index.js";
import { KernelProcess, plain, textOf } from "./kernel-process.js";

/** A project with packages of every kind. */
const project: Readonly<Record<string, string>> = {
  "package.json": '{ "name": "study", "type": "module" }',
  "tsconfig.json": '{ "compilerOptions": { "strict": false, "module": "nodenext", "outDir": "out", "paths": { "@here/*": ["./*"] }, "rootDir": "src" } }',
  "node_modules/esm-only/package.json": '{ "name": "esm-only", "type": "module", "exports": { ".": { "types": "./index.d.ts", "import": "./index.js" }, "./deep": { "types": "./deep.d.ts", "import": "./deep.js" } } }',
  "node_modules/esm-only/index.js": "export const answer = await Promise.resolve(42); export default 'the default';",
  "node_modules/esm-only/index.d.ts": "export declare const answer: number; export interface Shape { sides: number } declare const text: string; export default text;",
  "node_modules/esm-only/deep.js": "export const deep = (n) => n + 1;",
  "node_modules/esm-only/deep.d.ts": "/** Adds one. */ export declare const deep: (n: number) => number;",
  "node_modules/untyped/package.json": '{ "name": "untyped", "main": "index.js" }',
  "node_modules/untyped/index.js": "exports.twice = (n) => 2 * n;",
  "local.ts": "export type Mode = 'fast' | 'slow';\nexport function run(mode: Mode): string {\n  if (mode === 'slow') throw new Error('too slow');\n  return `ran ${mode}`;\n}\n",
  "notes/other.ts": "import { run } from '../local.js';\nexport const result = run('fast');\n",
};

describe("kernel: cells as a growing module", () => {
  let folder: string;
  let kernel: KernelProcess;
  before(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "evtlab-project-")));
    for (const [path, text] of Object.entries(project)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    kernel = await KernelProcess.start({ folder });
  });
  after(async () => {
    await kernel.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function failure(code: string): Promise<string> {
    const { reply } = await kernel.execute(code);
    assert.equal(reply.content.status, "error", `succeeds: ${code}`);
    return plain(reply.content.traceback);
  }

  it("stops at a type error, with line and caret, before anything runs", async () => {
    const { reply, output } = await kernel.execute("console.log('not yet');\nconst count: number =\n  'three';");
    assert.ok(reply.content.status === "error");
    assert.equal(reply.content.ename, "TypeCheckError");
    assert.equal(textOf(output, "stdout"), "");
    assert.match(plain(reply.content.traceback), /Type 'string' is not assignable to type 'number'\. \(TS2322\)\n +at cell 1, 2:7\n +2 \| const count: number =\n +\^/);
  });

  it("knows the types of earlier cells", async () => {
    await kernel.value("interface Point { x: number; y: number }\nconst origin: Point = { x: 0, y: 0 };\nlet label: string | undefined = 'first';\nclass Box<T> { constructor(readonly content: T) {} }\nfunction boxed<T>(content: T) { return new Box(content); }\nenum Side { Left, Right }");
    assert.equal(await kernel.value("boxed(origin).content.x + Side.Right"), "1");
    assert.equal(await kernel.value("label = 'second'; const typed: Point = origin; typed === origin"), "true");
    assert.match(await failure("origin.z"), /Property 'z' does not exist on type 'Point'/);
    assert.match(await failure("label = 5"), /Type 'number' is not assignable to type 'string'/);
    assert.match(await failure("origin = { x: 1, y: 1 }"), /Cannot assign to 'origin' because it is a constant/);
    assert.match(await failure("const wrong: Point = { x: 1 }"), /Property 'y' is missing/);
  });

  it("lets anything be declared again as anything", async () => {
    const forms: Readonly<Record<string, (i: number) => string>> = {
      let: (i) => `let again = ${i}`,
      const: (i) => `const again = ${i}`,
      var: (i) => `var again = ${i}`,
      function: (i) => `function again() { return ${i}; }`,
      class: (i) => `class again { value = ${i}; }`,
      enum: (i) => `enum again { One = ${i} }`,
      import: () => "import again from 'esm-only'",
      namespace: (i) => `namespace again { export const inner = ${i}; }`,
    };
    let i = 0;
    for (const before of Object.values(forms)) {
      for (const after of Object.values(forms)) {
        await kernel.value(before(++i));
        await kernel.value(after(++i));
        assert.ok((await kernel.value("typeof again")) !== "'undefined'");
      }
    }
    await kernel.value("interface Again { a: string }");
    await kernel.value("interface Again { b: number }");
    assert.match(await failure("const old: Again = { a: '' }"), /'a' does not exist in type 'Again'/);
    assert.equal(await kernel.value("const next: Again = { b: 1 }; next.b"), "1");
  });

  it("keeps a value when only the type of its name is declared", async () => {
    await kernel.value("const Mode = { fast: 1, slow: 2 } as const");
    await kernel.value("type Mode = keyof typeof Mode");
    assert.equal(await kernel.value("const mode: Mode = 'fast'; Mode[mode]"), "1");
  });

  it("shares variables with functions of earlier cells", async () => {
    await kernel.value("let shared = 1; const read = () => shared; const double = () => { shared *= 2; }");
    await kernel.value("shared = 21; double()");
    assert.equal(await kernel.value("({ shared, read: read() })"), "{ shared: 42, read: 42 }");
  });

  it("runs await, for await, using and decorators", async () => {
    assert.equal(await kernel.value("async function* three() { yield 1; yield 2; yield 3; }\nlet sum = 0;\nfor await (const n of three()) sum += n;\nsum"), "6");
    assert.equal(await kernel.value("const log: string[] = [];\n{ using file = { [Symbol.dispose]() { log.push('closed'); } }; log.push('open'); }\nlog.join()"), "'open,closed'");
    assert.equal(await kernel.value("using handle = { open: true, [Symbol.dispose]() { this.open = false; } };\nhandle.open"), "true");
    assert.equal(await kernel.value("handle.open"), "false");
    assert.equal(await kernel.value("function logged(method: () => string, context: ClassMethodDecoratorContext) { return () => `${String(context.name)}: ${method()}`; }\nclass Greeter { @logged greet() { return 'hello'; } }\nnew Greeter().greet()"), "'greet: hello'");
    assert.equal(await kernel.value("await (async () => 7)()"), "7");
  });

  it("sees var of blocks and loops, and functions before their line", async () => {
    assert.equal(await kernel.value("early();\nfunction early() { return 'hoisted'; }\nfor (var round = 0; round < 3; round++) { var { last } = { last: round }; }\nfor (var letter of 'ab');\nif (true) { var inner = 1; }\n[round, last, letter, inner]"), "[ 3, 2, 'b', 1 ]");
    assert.equal(await kernel.value("round + last"), "5");
  });

  it("imports packages with exports maps, ESM alone, and without types", async () => {
    assert.equal(await kernel.value("import text, { answer, type Shape } from 'esm-only';\nimport * as all from 'esm-only';\nimport { deep } from 'esm-only/deep';\nimport { twice } from 'untyped';\nimport { join as joined } from 'node:path';\nconst square: Shape = { sides: 4 };\n[text, all.answer, deep(answer), twice(square.sides), joined('a', 'b')]"), "[ 'the default', 42, 43, 8, 'a/b' ]");
    assert.equal(await kernel.value("const more: Shape = square; deep(twice(answer)) + more.sides"), "89");
    assert.match(await failure("deep('text')"), /Argument of type 'string' is not assignable to parameter of type 'number'/);
    assert.equal(await kernel.value("(await import('esm-only')).answer"), "42");
    assert.match(await failure("1;\nimport 'not-installed/deep'"), /Cannot find package 'not-installed'[^]*npm install not-installed\n +at cell \d+, 2:1\n/);
    assert.match(await failure("await import('@no/such')"), /npm install @no\/such\n/);
    assert.doesNotMatch(await failure("import './not-there.ts'"), /npm install/);
  });

  it("imports TypeScript files beside the notebook, with their own lines in errors", async () => {
    assert.equal(await kernel.value("import { run, type Mode } from './local';\nimport { result } from './notes/other.ts';\nconst quick: Mode = 'fast';\n[run(quick), result]"), "[ 'ran fast', 'ran fast' ]");
    assert.match(await failure("run('slow')"), /at run \(.*local\.ts:3:30\)\n +3 \|   if \(mode === 'slow'\) throw new Error\('too slow'\);/);
    assert.match(await failure("run('medium')"), /'"medium"' is not assignable/);
  });

  it("loads a file again after it, or a file that it imports, was edited", async () => {
    const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
    write("inner.ts", "export const inner: number = 1;\n");
    write("outer.ts", "import { inner } from './inner.js';\nexport const outer = (): number => inner * 10;\n");
    assert.equal(await kernel.value("import { outer } from './outer.js';\nconst before = outer;\nouter()"), "10");
    assert.equal(await kernel.value("import { outer } from './outer.js';\nouter === before"), "true");
    await new Promise((resolve) => setTimeout(resolve, 20));
    write("inner.ts", "export const inner: number = 2;\n");
    assert.equal(await kernel.value("import { outer } from './outer.js';\n[outer(), before()]"), "[ 20, 10 ]");
    write("outer.ts", "import { inner } from './inner.js';\n\nexport const outer = (): string => { if (inner > 1) throw new Error('edited'); return 'new'; };\n");
    assert.match(await failure("import { outer } from './outer.js';\nconst text: string = outer();"), /outer\.ts:3:/);
    assert.match(await failure("import { outer } from './outer.js';\nconst count: number = outer();"), /'string' is not assignable to type 'number'/);
  });

  it("finds modules by the paths of tsconfig.json", async () => {
    assert.equal(await kernel.value("import { run as mapped } from '@here/local';\nmapped('fast')"), "'ran fast'");
    assert.match(await failure("import { run as again } from '@here/local';\nagain('medium')"), /'"medium"' is not assignable/);
  });

  it("honours the tsconfig.json of the project", async () => {
    assert.equal(await kernel.value("function loose(anything) { return anything; }\nloose(null)"), "null");
  });

  it("knows where it is", async () => {
    assert.equal(await kernel.value("[process.cwd(), __dirname, import.meta.dirname].every((path) => path === require('node:path').resolve('.'))"), "true");
    assert.equal(await kernel.value("process.cwd()"), `'${folder}'`);
  });

  it("falls back to the evtlab package of the kernel, with types", async () => {
    assert.equal(await kernel.value("import { isEvtlabError } from 'evtlab/errors';\nisEvtlabError(new Error('x'))"), "false");
    assert.match(await failure("isEvtlabError()"), /Expected 1-2 arguments, but got 0/);
  });

  it("has what a cell exports from elsewhere, and says when the names are not known", async () => {
    assert.equal(await kernel.value("export * from 'esm-only'; export * as whole from 'esm-only/deep'; export { deep as again, default as nothing } from 'esm-only/deep';").catch(String).then((value) => /nothing/.test(String(value))), true, "a name that the module lacks");
    await kernel.value("export * from 'esm-only';\nexport * as whole from 'esm-only/deep';\nexport { deep as again } from 'esm-only/deep';");
    assert.equal(await kernel.value("const triangle: Shape = { sides: 3 };\n[answer, whole.deep(1), again(2), triangle.sides]"), "[ 42, 2, 3, 3 ]");
    const wrong = await kernel.execute("const text: string = answer;");
    assert.match(wrong.reply.content.status === "error" ? wrong.reply.content.evalue : "", /'number' is not assignable to type 'string'/);
    const untyped = await kernel.execute("export * from 'untyped';");
    assert.match(untyped.reply.content.status === "error" ? untyped.reply.content.evalue : "", /names of 'untyped' are not known.*import \* as name/);
  });

  it("completes members, imports and names of earlier cells, counting code points", async () => {
    await kernel.value("const pixels = { width: 640, height: 480 };");
    const complete = async (code: string, cursor_pos = [...code].length): Promise<{ matches: readonly string[]; start: number; end: number }> => {
      const { content } = (await kernel.request("complete_request", { code, cursor_pos })).reply;
      assert.ok(content.status === "ok");
      return { matches: content.matches, start: content.cursor_start, end: content.cursor_end };
    };
    assert.deepEqual(await complete("'🙂🙂'; pixels.wi"), { matches: ["width"], start: 13, end: 15 });
    assert.ok((await complete("pix")).matches.includes("pixels"));
    assert.ok((await complete("import { de } from 'esm-only/deep'", 11)).matches.includes("deep"));
    assert.deepEqual(await complete("import 'esm-on"), { matches: ["esm-only"], start: 8, end: 14 });
    assert.deepEqual((await complete("zzzz")).matches, []);
    assert.deepEqual((await complete("import 'evtla")).matches, ["evtlab"]);
    assert.deepEqual((await complete("await import('evtlab/pl")).matches, ["plot"]);
  });

  it("tells where a name and its type are declared: in a cell, in this one, in a package", async () => {
    await kernel.value("/** A wing. */\ninterface Wing { span: number }\nlet wings: Wing[] = [];\nconst left: Wing = { span: 3 };");
    const explained = async (code: string, name: string): Promise<Explanation> => {
      const { content } = (await kernel.request("inspect_request", { code, cursor_pos: codePoints(code, code.indexOf(name)), detail_level: 1 })).reply;
      assert.ok(content.status === "ok" && content.found, name);
      return content.metadata["evtlab"] as unknown as Explanation;
    };
    const code = '"😀"; wings = [left]; const own = left.span; own; const when = new Date();';
    const wings = await explained(code, "wings");
    assert.deepEqual([wings.start, wings.end], [5, 10]);
    const [declared] = wings.declaration as [DeclaredInCell];
    assert.match(declared.cell, /^cell \d+$/);
    assert.deepEqual([declared.name, declared.line, declared.text, declared.start], ["wings", 3, "let wings: Wing[] = [];", 51]);
    const left = await explained(code, "left");
    const [type] = left.type as [DeclaredInCell];
    assert.deepEqual([type.cell, type.name, type.text], [declared.cell, "Wing", "/** A wing. */\ninterface Wing { span: number }"]);
    const own = await explained(code, "own;");
    assert.deepEqual(own.declaration?.map((place) => "cell" in place && [place.cell, place.name, place.start]), [["this cell", "own", 27]]);
    assert.deepEqual(own.type, []);
    const [date] = (await explained(code, "when")).type as [DeclaredInFile];
    assert.match(date.file, /lib\.es5\.d\.ts$/);
    assert.match(date.text, /^\/\*\*[^]*interface Date \{/);
    assert.equal(resolve((await kernel.value("process.cwd()"))!.slice(1, -1), date.relative), date.file);
    const { content } = (await kernel.request("inspect_request", { code, cursor_pos: 6, detail_level: 0 })).reply;
    assert.deepEqual(content.status === "ok" && content.metadata, { evtlab: { start: 5, end: 10 } });
  });

  it("explains names with types and documentation", async () => {
    await kernel.value("/** How far. */\nfunction distance(a: number, b: number) { return Math.abs(a - b); }");
    const { content } = (await kernel.request("inspect_request", { code: "distance(1, 2)", cursor_pos: 4, detail_level: 0 })).reply;
    assert.ok(content.status === "ok" && content.found);
    assert.match(String(content.data["text/plain"]), /distance\(a: number, b: number\): number[^]*How far\./);
    for (const [question, answer] of [["distance?", /How far\./], ["?process.cwd", /cwd\(\): string/], ["distance ??", /return Math\.abs/], ["nowhere ??", /Nothing here is called nowhere/]] as const) {
      const { reply, output } = await kernel.execute(question);
      assert.deepEqual([reply.content.status, output], ["ok", []], question);
      const [page] = (reply.content as unknown as { payload: { source: string; data: Record<string, string> }[] }).payload;
      assert.match(page!.data["text/plain"]!, answer);
    }
    assert.match(await failure("import numpy as np\nprint(np.zeros(3))"), /This looks like Python/);
    assert.match(await failure("%timeit 1 + 1"), /Cells are TypeScript, without magics/);
    const nothing = (await kernel.request("inspect_request", { code: "   ", cursor_pos: 1, detail_level: 0 })).reply.content;
    assert.ok(nothing.status === "ok" && !nothing.found);
  });
});

describe("kernel: type check settings", () => {
  for (const [setting, status, stderr] of [["warn", "ok", /TS2322/], ["off", "ok", /^$/]] as const) {
    it(`runs on with EVTLAB_TYPECHECK=${setting}`, async () => {
      const kernel = await KernelProcess.start({ env: { EVTLAB_TYPECHECK: setting } });
      const { reply, output } = await kernel.execute("const n: number = 'text'; n");
      assert.equal(reply.content.status, status);
      assert.match(plain([textOf(output, "stderr")]), stderr);
      assert.ok(output.some((message: Message) => isMessage(message, "execute_result")));
      await kernel.stop();
    });
  }
});
