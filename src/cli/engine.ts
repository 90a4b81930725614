/**
 * `evtlab engine`: lists the tensor engines, and builds a native one.
 * @module
 */
import { Argument, type Command } from "commander";
import type { NativeName } from "../engine/index.js";

export function addEngine(program: Command): void {
  const engine = program.command("engine").description("list the tensor engines, or build a native one");
  engine
    .command("list")
    .description("list the tensor engines in the order in which they are tried")
    .option("--json", "as JSON")
    .addHelpText("after", "\nExample:\n  evtlab engine list")
    .action(async ({ json }: { readonly json?: true }) => {
      const { engines } = await import("../engine/index.js");
      const found = engines();
      if (json) console.log(JSON.stringify(found, undefined, 2));
      else for (const { name, available, version, device, missing } of found) console.log(available ? `${name} ${version} on ${device}` : missing);
    });
  engine
    .command("install")
    .description("build a native engine; needs python3 with pip, g++ and make, and takes a minute or two")
    .addArgument(new Argument("<name>", "which one").choices(["tfjs-node", "tfjs-node-gpu"]))
    .addHelpText("after", "\nIt goes to ~/.local/share/evtlab/engines, or where EVTLAB_ENGINES points.\n\nExample:\n  evtlab engine install tfjs-node")
    .action(async (name: NativeName) => {
      const { installNative } = await import("../engine/index.js");
      const stop = new AbortController();
      process.once("SIGINT", () => stop.abort());
      const place = await installNative(name, { signal: stop.signal, onProgress: (step) => console.error(`${name}: ${step}`) });
      console.log(place);
    });
}
