#!/usr/bin/env node
/**
 * The `evtlab` command: one file a verb, loaded when it is asked for.
 * @module
 */
import { Command, CommanderError } from "commander";
import { isEvtlabError } from "../errors.js";
import { version } from "../version.js";

type AddVerb = (program: Command) => void;

/** In the order of the help page. */
const verbs: Readonly<Record<string, () => Promise<AddVerb>>> = {
  info: async () => (await import("./info.js")).addInfo,
  play: async () => (await import("./play.js")).addPlay,
  convert: async () => (await import("./convert.js")).addConvert,
  represent: async () => (await import("./represent.js")).addRepresent,
  simulate: async () => (await import("./simulate.js")).addSimulate,
  data: async () => (await import("./data.js")).addData,
  list: async () => (await import("./list.js")).addList,
  run: async () => (await import("./run.js")).addRun,
  lab: async () => (await import("./lab.js")).addLab,
  install: async () => (await import("./install.js")).addInstall,
  doctor: async () => (await import("./doctor.js")).addDoctor,
  engine: async () => (await import("./engine.js")).addEngine,
  bench: async () => (await import("./bench.js")).addBench,
};

async function main(argv: readonly string[]): Promise<void> {
  const program = new Command("evtlab")
    .description("A laboratory for event cameras: recordings, tensors, pictures and notebooks.")
    .version(version)
    .showHelpAfterError("(evtlab --help lists the verbs; evtlab VERB --help shows an example)")
    .exitOverride();
  const [asked] = argv;
  const named = asked !== undefined && Object.hasOwn(verbs, asked) ? [asked] : Object.keys(verbs);
  if (asked !== "--version" && asked !== "-V") {
    for (const verb of named) {
      const add = await verbs[verb]!();
      add(program);
    }
  }
  for (const command of program.commands) inheritExit(command);
  await program.parseAsync(argv, { from: "user" });
}

/** Commander copies settings when a command is made by name only; verbs made elsewhere need it told. */
function inheritExit(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) inheritExit(child);
}

/** Advice names options of the library: here `timeUnit: "us"` is --time-unit us. */
function withFlags(message: string): string {
  return message
    .replaceAll("`format` if", "--input-format if")
    .replaceAll(/`(timeUnit|onError|shift|camera|compression|sensor|format)(?:: (?:true|"?([^"`]*)"?))?`/g, (_, name: string, value?: string) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}${value === undefined ? "" : ` ${value}`}`);
}

/** Bad usage exits 2, everything else that fails exits 1; a sentence, and the stack only for EVTLAB_DEBUG. */
function report(error: unknown): void {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return;
  }
  process.exitCode ||= isEvtlabError(error, "OptionError") ? 2 : 1;
  if (error instanceof Error && process.env["EVTLAB_DEBUG"]) console.error(error.stack);
  else if (isEvtlabError(error)) console.error(`${error.tag}: ${withFlags(error.message)}`);
  else console.error(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
}

// A reader that closes early (`evtlab bench … | head`) is no fault of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});
main(process.argv.slice(2)).catch(report);
