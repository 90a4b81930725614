/** The Python side of tests: a visible skip where it is missing, a failure where EVTLAB_REQUIRE_JUPYTER=1. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

const binaries = resolve(process.env["EVTLAB_PYTHON"] === undefined ? ".evtlab/python/bin" : join(process.env["EVTLAB_PYTHON"], ".."));

/** The path of a program of the Python environment (EVTLAB_PYTHON, or .evtlab/python); skips the suite without it. */
export function requirePython(suite: Mocha.Context, module: string): string {
  const python = join(binaries, "python");
  const found = existsSync(python) && spawnSync(python, ["-c", `import ${module}`]).status === 0;
  if (!found) missing(suite, `Python with ${module}: npx evtlab lab --setup-only, or set EVTLAB_PYTHON`);
  return python;
}

/** Chromium from CHROMIUM, or one of the usual places. */
export function requireChromium(suite: Mocha.Context): string {
  const found = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => path !== undefined && existsSync(path));
  if (found === undefined) missing(suite, "Chromium: install it, or set CHROMIUM to its path");
  return found!;
}

function missing(suite: Mocha.Context, what: string): void {
  if (process.env["EVTLAB_REQUIRE_JUPYTER"] === "1") throw new Error(`expected ${what}`);
  console.log(`      skipped, there is no ${what}`);
  suite.skip();
}
