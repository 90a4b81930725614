/**
 * Entry of the kernel process: `node main.js CONNECTION_FILE`.
 * @module
 */
import { readConnectionFile } from "../../src/jupyter/index.js";
import { Kernel } from "./kernel.js";

async function main(connectionFile: string | undefined): Promise<void> {
  if (connectionFile === undefined) {
    throw new Error("Usage: node main.js CONNECTION_FILE. Jupyter starts the kernel; `evtlab install` tells it how.");
  }
  const kernel = new Kernel(process.cwd());
  // Jupyter sends SIGINT to the whole process group; the process that runs the cells ignores it and is told by pipe.
  process.on("SIGINT", () => kernel.interrupt());
  process.on("SIGTERM", () => void kernel.shutdown());
  endWithParent(kernel);
  await kernel.listen(await readConnectionFile(connectionFile));
}

/** A client that crashed sends no shutdown request: its kernel, the child of its process, must not live on. */
function endWithParent(kernel: Kernel): void {
  const parent = process.ppid;
  if (process.env["JPY_PARENT_PID"] !== String(parent)) return;
  setInterval(() => {
    if (process.ppid !== parent) void kernel.shutdown();
  }, 1000).unref();
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
