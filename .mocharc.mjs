import { readdirSync } from "node:fs";

/** What takes longest begins, so that the two jobs end together. */
const first = ["test/notebooks.test.ts", "test/lab/", "test/fuzz/", "test/run/tslab.test.ts", "test/codecs/window.test.ts", "test/papermill/"];
const rank = (file) => {
  const at = first.findIndex((start) => file.startsWith(start));
  return at === -1 ? first.length : at;
};
const files = readdirSync("test", { recursive: true })
  .filter((name) => name.endsWith(".test.ts"))
  .map((name) => `test/${name.replaceAll("\\", "/")}`)
  .toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));

export default {
  import: "tsx",
  // mocha adds these to files that are named on the command line: whoever names some wants no others.
  spec: process.argv.some((argument) => argument.endsWith(".test.ts")) ? [] : files,
  // Much of the work waits for other processes: two files at a time.
  parallel: true,
  jobs: 2,
  timeout: 120_000,
  forbidOnly: true,
};
