/**
 * What a picture of the event player costs in headless Chromium: `npx tsx scripts/bench-player.ts`, with `--without-gl` for
 * a browser that composites without GL, with `--with-gpu` for one that may use the machine's own.
 *
 * A million events a second at three sizes, in each view, beside a page that does nothing but clear a canvas of the same
 * size: no player can draw more pictures than that page on the machine at hand. Times are those of processors, a picture:
 * of the player's own code, of all that the page's main thread does, and of the process that stands for the GPU.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";
import { EventTable } from "../src/events/table.js";
import { plot } from "../src/index.js";
import type { PlayerState } from "../src/plot/player/state.js";
import { movingEdges } from "../src/simulate/index.js";

const rendering = process.argv.includes("--without-gl")
  ? ["--disable-gpu"]
  : process.argv.includes("--with-gpu")
    ? ["--use-gl=angle", "--ignore-gpu-blocklist"]
    : ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"];
const sizes = [[346, 260], [640, 480], [1280, 720]] as const;
const views = [["flat", "decay"], ["flat", "count"], ["cloud", "decay"]] as const;
const seconds = 3;

/** Pictures so far, and milliseconds of the player's code that they took. */
type Count = () => Promise<{ readonly pictures: number; readonly own: number }>;
interface Cost {
  readonly rate: number;
  /** Milliseconds a picture. */
  readonly own: number;
  readonly main: number;
  readonly gpu: number;
}

async function cost(browser: Browser, page: Page, count: Count): Promise<Cost> {
  const [system, tab] = await Promise.all([browser.newBrowserCDPSession(), page.context().newCDPSession(page)]);
  await tab.send("Performance.enable");
  const spent = async (): Promise<{ main: number; gpu: number; at: number }> => {
    const [{ metrics }, { processInfo }] = await Promise.all([tab.send("Performance.getMetrics"), system.send("SystemInfo.getProcessInfo")]);
    return {
      main: 1000 * metrics.find(({ name }) => name === "TaskDuration")!.value,
      gpu: 1000 * processInfo.filter(({ type }) => type.toLowerCase() === "gpu").reduce((sum, { cpuTime }) => sum + cpuTime, 0),
      at: performance.now(),
    };
  };
  await page.waitForTimeout(1000);
  const [before, first] = [await spent(), await count()];
  await page.waitForTimeout(1000 * seconds);
  const [after, last] = [await spent(), await count()];
  await system.detach();
  const pictures = last.pictures - first.pictures;
  return { rate: (1000 * pictures) / (after.at - before.at), own: (last.own - first.own) / pictures, main: (after.main - before.main) / pictures, gpu: (after.gpu - before.gpu) / pictures };
}

const blank = (width: number, height: number, shown: { readonly width: number; readonly height: number }): string => `<!doctype html><body style="margin:0">
<canvas width="${width}" height="${height}" style="width:${shown.width}px;height:${shown.height}px"></canvas>
<script>const c = document.querySelector("canvas").getContext("2d"); globalThis.pictures = 0;
(function draw() { c.clearRect(0, 0, ${width}, ${height}); pictures++; requestAnimationFrame(draw); })();</script>`;

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "evtlab-bench-player-"));
  const browser = await chromium.launch({ executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium", args: ["--no-sandbox", ...rendering] });
  const file = join(folder, "page.html");
  const open = async (html: string): Promise<Page> => {
    writeFileSync(file, html);
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(pathToFileURL(file).href);
    return page;
  };
  const round = (value: number): number => Number(value.toPrecision(3));
  const rows: Record<string, string | number>[] = [];
  try {
    for (const [width, height] of sizes) {
      // A million events in one second, whatever the size.
      const made = movingEdges({ events: 1_000_000, width, height, seed: 1 });
      const t = BigInt64Array.from(made.t, (_, i) => BigInt(i));
      const events = EventTable.from({ t, x: made.x, y: made.y, p: made.p }, { sensor: made.sensor });
      let shown: { readonly width: number; readonly height: number } = { width, height };
      for (const [view, mode] of views) {
        const page = await open(await plot.play(events, { view, mode, speed: 1, window: "33ms" }).html());
        const player = page.locator(".player");
        const state = (): Promise<PlayerState> =>
          player.evaluate((root) => (root as unknown as { getRootNode(): { host: { evtlabPlayer: { player: { state: PlayerState } } } } }).getRootNode().host.evtlabPlayer.player.state);
        while ((await state()).drawn === 0) await page.waitForTimeout(20);
        const { width: wide, height: tall } = (await player.locator("canvas.layer:visible").first().boundingBox())!;
        shown = { width: wide, height: tall };
        await player.focus();
        await page.keyboard.press("Space");
        const drawn = await cost(browser, page, async () => state().then(({ drawn: pictures, drawTime: own }) => ({ pictures, own })));
        rows.push({ sensor: `${width} × ${height}`, view: view === "cloud" ? `x-y-t, ${(await state()).cloud}` : mode, "pictures/s": round(drawn.rate), "own ms": round(drawn.own), "main thread ms": round(drawn.main), "GPU process ms": round(drawn.gpu) });
        await page.close();
      }
      const page = await open(blank(width, height, shown));
      const ceiling = await cost(browser, page, async () => ({ pictures: await page.evaluate("pictures"), own: 0 }));
      rows.push({ sensor: `${width} × ${height}`, view: "a canvas, cleared", "pictures/s": round(ceiling.rate), "main thread ms": round(ceiling.main), "GPU process ms": round(ceiling.gpu) });
      await page.close();
    }
    console.table(rows);
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
