import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { formatNotebook, parseNotebook, type Notebook } from "../../src/jupyter/nbformat.js";
import { readNotebook } from "../../src/run/notebook.js";
import { code, notebook, scratch, shown, statuses } from "./notebooks.js";

const main = "dist/src/cli/main.js";

describe("evtlab run", function () {
  this.timeout(60_000);
  const folder = scratch();
  const file = (name: string): string => join(folder, name);
  const write = (name: string, content: Notebook): string => {
    writeFileSync(file(name), formatNotebook(content));
    return file(name);
  };
  const run = (args: readonly string[], input?: string) => spawnSync(process.execPath, [main, "run", ...args], { encoding: "utf8", input: input ?? "" });
  const echo = () => notebook(code("let a: unknown = 1; // first\nlet b: unknown = 2;\nlet c = 3;", "parameters"), code("console.log(JSON.stringify([a, b, c]))"));

  it("takes parameters from everywhere, the later source wins", () => {
    writeFileSync(file("p.yaml"), "a: yaml\nb: [1, 2]");
    const args = [write("in.ipynb", echo()), file("out-{c}.ipynb"), "-p", "c", "-5", "-p", "a", "1e3", "-f", file("p.yaml"), "-r", "a", "True", "-b", Buffer.from("a: base").toString("base64"), "--html"];
    const { status, stderr } = run(args);
    assert.equal(status, 0, stderr);
    assert.deepEqual(shown(readNotebook(file("out--5.ipynb"))), ['["True",[1,2],-5]\n']);
    assert.match(readFileSync(file("out--5.html"), "utf8"), /<!doctype html>[^]*&quot;True&quot;/);
  });

  it("reads stdin and writes stdout", () => {
    const { status, stdout } = run(["-", "-", "-y", "{a: x}"], formatNotebook(echo()));
    assert.equal(status, 0);
    assert.deepEqual(shown(parseNotebook(stdout)), ['["x",2,3]\n']);
  });

  it("exits with 1 and shows the traceback when a cell fails", () => {
    const { status, stderr } = run([write("fail.ipynb", notebook(code('throw new TypeError("no luck")'), code("1"))), file("failed.ipynb"), "--html", "--no-progress-bar"]);
    assert.equal(status, 1);
    assert.match(stderr, /Exception encountered at "cell 1, In \[1\]":\n[^]*TypeError[^]*no luck/);
    assert.match(readFileSync(file("failed.html"), "utf8"), /papermill-error-cell[^]*no luck/);
  });

  it("exits with 138 when the kernel dies", () => {
    // A kernel of a few lines, that greets and then ends when it is asked for work.
    const kernels = file("jupyter/kernels/mortal");
    mkdirSync(kernels, { recursive: true });
    writeFileSync(join(kernels, "kernel.json"), JSON.stringify({ argv: [process.execPath, "--import", "tsx", resolve("test/run/mortal-kernel.ts"), "{connection_file}"], display_name: "mortal", language: "typescript" }));
    const input = write("die.ipynb", notebook(code("1"), code("2")));
    const environment = { ...process.env, JUPYTER_PATH: file("jupyter") };
    const { status, stderr } = spawnSync(process.execPath, [main, "run", input, file("died.ipynb"), "-k", "mortal"], { encoding: "utf8", env: environment });
    assert.equal(status, 138, stderr);
    assert.match(stderr, /exit with code 7/);
    assert.deepEqual(statuses(readNotebook(file("died.ipynb"))).filter((value) => value !== undefined), ["failed", "pending"]);
  });

  it("leaves a valid notebook and exits with 130 on SIGINT", async () => {
    const child = spawn(process.execPath, [main, "run", write("long.ipynb", notebook(code("1"), code("console.log('now'); await new Promise((done) => setTimeout(done, 50)); while (true) {}"))), file("cut.ipynb"), "--log-output"]);
    await new Promise<void>((resolve) => child.stderr.on("data", (data: Buffer) => data.toString().includes("now") && resolve()));
    child.kill("SIGINT");
    const status = await new Promise((resolve) => child.once("exit", resolve));
    assert.equal(status, 130);
    assert.deepEqual(statuses(readNotebook(file("cut.ipynb"))).filter((value) => value !== undefined), ["completed", "failed"]);
  });

  it("waits for a mended notebook with --wait-on-failure, and resumes with --resume", async () => {
    const input = write("mend.ipynb", notebook(code("let a = 20;"), code('throw new Error("no luck")')));
    const output = file("mended.ipynb");
    const child = spawn(process.execPath, [main, "run", input, output, "--wait-on-failure"]);
    let said = "";
    await new Promise<void>((resolve) => child.stderr.on("data", (data: Buffer) => (said += data.toString()).includes("press Enter") && resolve()));
    assert.match(said, /no luck[^]*Mend .*mend\.ipynb/);
    write("mend.ipynb", notebook(code("let a = 20;"), code("a + 1"), code('throw new Error("again")')));
    child.stdin.write("\n");
    await new Promise<void>((resolve) => child.stderr.on("data", (data: Buffer) => (said += data.toString()).includes("again") && resolve()));
    child.stdin.end();
    assert.equal(await new Promise((resolve) => child.once("exit", resolve)), 1);
    assert.deepEqual(shown(readNotebook(output)), ["21", "Error: again"]);
    write("mend.ipynb", notebook(code("let a = 20;"), code("a + 1"), code("a + 2")));
    const { status, stderr } = run([input, output, "--resume"]);
    assert.equal(status, 0, stderr);
    assert.match(stderr, /Resuming: 2 cells completed before/);
    assert.deepEqual(shown(readNotebook(output)), ["21", "22"]);
  });

  it("lists the parameters of a notebook", () => {
    const { status, stdout } = run([write("help.ipynb", echo()), "--help-notebook"]);
    assert.equal(status, 0);
    assert.match(stdout, /a: unknown \(default 1\)\s+first\n {2}b: unknown \(default 2;?\)/);
  });

  it("runs a TypeScript file in percent format, and refuses a parameter of a wrong type before it starts", () => {
    const script = file("script.ts");
    writeFileSync(script, "// %% [markdown]\n// # Title\n// %% [parameters]\n/** How many. */\nlet n = 2;\n// %%\nn * 21\n");
    const { status } = run([script, file("script-out.ipynb"), "-p", "n", "3"]);
    assert.equal(status, 0);
    assert.match(readFileSync(file("script-out.ipynb"), "utf8"), /"63"/);
    const wrong = run([script, file("wrong.ipynb"), "-p", "n", "many"]);
    assert.equal(wrong.status, 1);
    assert.match(wrong.stderr, /n = "many" \(its default is 2\)/);
    assert.ok(!existsSync(file("wrong.ipynb")));
    assert.match(run([script, "--help-notebook"]).stdout, /n: number \(default 2\)\s+How many\./);
  });

  it("says how -p is used when a value is missing", () => {
    const { status, stderr } = run([file("in.ipynb"), file("none.ipynb"), "-p", "a"]);
    assert.equal(status, 2);
    assert.match(stderr, /takes a name and a value/);
    assert.ok(!existsSync(file("none.ipynb")));
  });
});
