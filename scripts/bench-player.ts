/**
 * What a picture of the event player costs, in headless Chromium with software GL: `npx tsx scripts/bench-player.ts`.
 * One million events a second at two sizes, in each view. The main thread's time is the player's own; the rate of pictures
 * is what this machine draws, compositing in software included.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { EventTable } from "../src/events/table.js";
import { plot } from "../src/index.js";
import type { PlayerState } from "../src/plot/player/state.js";
import { movingEdges } from "../src/simulate/index.js";

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "evtlab-bench-player-"));
  const args = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"];
  const browser = await chromium.launch({ executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium", args });
  try {
    for (const [width, height] of [[346, 260], [1280, 720]] as const) {
      // A million events in one second, whatever the size.
      const made = movingEdges({ events: 1_000_000, width, height, seed: 1 });
      const t = BigInt64Array.from(made.t, (_, i) => BigInt(i));
      const events = EventTable.from({ t, x: made.x, y: made.y, p: made.p }, { sensor: made.sensor });
      for (const [view, mode] of [["flat", "decay"], ["flat", "count"], ["cloud", "decay"]] as const) {
        const file = join(folder, "page.html");
        writeFileSync(file, await plot.play(events, { view, mode, speed: 1, window: "33ms" }).html());
        const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
        const opened = performance.now();
        await page.goto(pathToFileURL(file).href);
        const player = page.locator(".player");
        const state = (): Promise<PlayerState> =>
          player.evaluate((root) => (root as unknown as { getRootNode(): { host: { evtlabPlayer: { player: { state: PlayerState } } } } }).getRootNode().host.evtlabPlayer.player.state);
        while ((await state()).drawn === 0) await page.waitForTimeout(20);
        const ready = performance.now() - opened;
        await player.focus();
        await page.keyboard.press("Space");
        await page.waitForTimeout(1000);
        const before = await state();
        const start = performance.now();
        await page.waitForTimeout(4000);
        const after = await state();
        const pictures = after.drawn - before.drawn;
        const seconds = (performance.now() - start) / 1000;
        console.log(`${width} × ${height} ${view} ${mode}: ${((after.drawTime - before.drawTime) / pictures).toFixed(2)} ms of the main thread a picture, ${(pictures / seconds).toFixed(0)} pictures/s, ready after ${ready.toFixed(0)} ms${after.cloud === undefined ? "" : ` (${after.cloud})`}`);
        await page.close();
      }
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
