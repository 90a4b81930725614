/**
 * `evtlab play`: a recording of any size in the browser, or as a page of its own.
 * @module
 */
import { spawn } from "node:child_process";
import { basename } from "node:path";
import type { Command } from "commander";

interface Flags {
  readonly browser: boolean;
  readonly out?: string;
  readonly from?: string;
  readonly to?: string;
  readonly window?: string;
  readonly speed?: string;
  readonly mode?: string;
}

export function addPlay(program: Command): void {
  program
    .command("play")
    .description("play a recording in the browser, whatever its size")
    .argument("<file>", "a recording; its format is told by its content")
    .option("--no-browser", "print the address, open no browser")
    .option("--out <page.html>", "write a page that plays without evtlab instead")
    .option("--from <time>", 'start of the part to play, such as "1.5s"')
    .option("--to <time>", "end of the part to play")
    .option("--window <duration>", 'events of one picture, such as "10ms"')
    .option("--speed <factor>", "1/1000 to 10, as a number or a fraction")
    .option("--mode <mode>", "decay or count")
    .addHelpText("after", "\nExample:\n  evtlab play talk.raw --from 1s --speed 1/20\n  evtlab play talk.raw --from 1s --to 1500ms --out talk.html")
    .action(play);
}

async function play(file: string, flags: Flags): Promise<void> {
  const [{ openRecording }, { programmeOf }, { withTerminalBar }] = await Promise.all([import("../codecs/index.js"), import("./play/programme.js"), import("./progress.js")]);
  let faults = 0;
  const recording = await openRecording(file, { onError: "skip", onSkip: () => faults++ });
  try {
    const bar = { title: basename(file), format: (events: number) => `${(events / 1e6).toFixed(1)} M events`, state: (done: number) => ({ done }) };
    const programme = await withTerminalBar(bar, (onEvents) => programmeOf(recording, { ...flags, name: basename(file), onEvents, faults: () => faults }));
    if (flags.out !== undefined) {
      const { writePage } = await import("./play/write-page.js");
      await writePage(flags.out, programme);
      console.log(flags.out);
      return;
    }
    const { servePlayer } = await import("./play/server.js");
    const server = await servePlayer(programme);
    const { events, from, to } = programme.told;
    console.log(`${basename(file)}: ${events.toLocaleString("en")} events, ${((to - from) / 1e6).toFixed(3)} s\n${server.url}\nCtrl-C ends it.`);
    if (flags.browser) openBrowser(server.url);
    await new Promise<void>((done) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => done());
    });
    await server.close();
  } finally {
    await recording.close();
  }
}

/** Where there is no browser the address is on the screen. */
function openBrowser(url: string): void {
  const [command, ...args] = process.platform === "darwin" ? ["open"] : process.platform === "win32" ? ["cmd", "/c", "start", ""] : ["xdg-open"];
  spawn(command!, [...args, url], { stdio: "ignore", detached: true }).on("error", () => {}).unref();
}
