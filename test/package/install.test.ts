/** The packed package, installed where nothing else is. Slow, so it runs when EVTLAB_PACKAGE_TESTS=1 asks for it. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = new URL("../../", import.meta.url).pathname;
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { name: string; exports: Record<string, unknown> };
const subpaths = Object.keys(manifest.exports).filter((path) => path !== "./package.json").map((path) => manifest.name + path.slice(1));

const most = 250e6;

describe("the packed package", function () {
  this.timeout(300000);
  let folder: string;
  const run = (program: string, ...args: readonly string[]): string => {
    try {
      return execFileSync(program, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      throw new Error(`${program} ${args.join(" ")} failed:\n${stdout}${stderr}`, { cause: error });
    }
  };

  before(function () {
    if (process.env["EVTLAB_PACKAGE_TESTS"] !== "1") {
      console.log("    skipped: set EVTLAB_PACKAGE_TESTS=1 to install the package into an empty folder");
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), "evtlab-consumer-"));
    const packed = JSON.parse(execFileSync("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], { cwd: root, encoding: "utf8" })) as { filename: string }[];
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
    const start = performance.now();
    run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", `./${packed[0]!.filename}`);
    const seconds = (performance.now() - start) / 1000;
    console.log(`    npm install: ${seconds.toFixed(1)} s, ${Math.round(diskUse(folder) / 1e6)} MB`);
  });
  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  it("stays under 250 MB with all it needs", () => {
    assert.ok(diskUse(folder) < most);
  });

  it("is imported, type-checked and run by an ECMAScript module", () => {
    const lines = subpaths.map((path, i) => `import * as part${i} from "${path}";`);
    writeFileSync(join(folder, "consumer.mts"), [...lines, ...uses("part")].join("\n"));
    check("consumer.mts");
    assert.equal(run(process.execPath, "consumer.mjs").trim(), "219 events");
  });

  it("is required, type-checked and run by a CommonJS module", () => {
    const lines = subpaths.map((path, i) => `import part${i} = require("${path}");`);
    writeFileSync(join(folder, "consumer.cts"), [...lines, ...uses("part")].join("\n"));
    check("consumer.cts");
    assert.equal(run(process.execPath, "consumer.cjs").trim(), "219 events");
  });

  it("declares types that the compiler accepts when it checks libraries too", () => {
    const options = ["--module", "nodenext", "--target", "es2023", "--strict", "--types", "node", "--skipLibCheck", "false", "--noEmit", "--pretty", "false"];
    const { stdout } = spawnSync(process.execPath, ["node_modules/typescript/lib/tsc.js", ...options, "consumer.mts"], { cwd: folder, encoding: "utf8" });
    // Types of tfjs-core name a package that it does not bring; that is not ours to mend.
    assert.deepEqual(stdout.split("\n").filter((line) => line.includes("error TS") && !line.startsWith("node_modules/@tensorflow/")), []);
  });

  it("brings the command evtlab", () => {
    assert.match(run("npx", "--no-install", "evtlab", "--version"), /^\d+\.\d+\.\d+/);
    assert.match(run("npx", "--no-install", "evtlab", "doctor"), /\+ wasm +.*the one in use|\+ tfjs-node/);
  });

  function check(file: string): void {
    const options = ["--module", "nodenext", "--target", "es2023", "--strict", "--types", "node"];
    run(process.execPath, "node_modules/typescript/lib/tsc.js", ...options, "--skipLibCheck", "true", file);
  }
});

/** Lines that make an event table through the public names, so that types are checked and not only found. */
function uses(part: string): string[] {
  const events = `${part}${subpaths.indexOf("evtlab/events")}`;
  return [
    `const t = BigInt64Array.from({ length: 219 }, (_, i) => BigInt(i));`,
    `const table: ${events}.EventTable = ${events}.EventTable.from({ t, x: new Uint16Array(219), y: new Uint16Array(219), p: new Uint8Array(219) });`,
    `for (const part of [${subpaths.map((_, i) => `${part}${i}`).join(", ")}]) if (typeof part !== "object") throw new Error("not a module");`,
    "console.log(`${table.length} events`);",
  ];
}

function diskUse(path: string): number {
  let bytes = 0;
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name)).size;
  }
  return bytes;
}
