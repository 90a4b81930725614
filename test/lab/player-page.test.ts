/** The event player in pages without Jupyter: exported notebooks, pages of their own, and `evtlab play`. */
import assert from "node:assert/strict";
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";
import { writeEvents } from "../../src/codecs/index.js";
import { plot } from "../../src/index.js";
import type { Json, MimeBundle } from "../../src/jupyter/messages.js";
import { playerMime } from "../../src/plot/player/payload.js";
import { notebookHtml } from "../../src/run/html.js";
import { smile } from "../simulate/smile.js";
import { requireChromium } from "../python.js";
import { code, notebook, scratch, text } from "../run/notebooks.js";
import { checkPlayer, inked, stateOf } from "./player.js";

const main = new URL("../../dist/src/cli/main.js", import.meta.url).pathname;
const withGl = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"];
const withoutGl = ["--no-sandbox", "--disable-gpu", "--disable-3d-apis"];

describe("the event player in a page", function () {
  this.timeout(180_000);
  const folder = scratch();
  const head = smile({ duration: "300ms", width: 160, height: 120, seed: 1 });
  let executablePath: string;
  let browser: Browser;
  let page: Page;
  let faults: string[];

  before(async function () {
    executablePath = requireChromium(this);
    mkdirSync("out/lab", { recursive: true });
    browser = await chromium.launch({ executablePath, args: withGl });
  });
  after(() => browser?.close());
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1000, height: 800 } });
    faults = [];
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("request", (asked) => {
      if (!/^(file:|data:|blob:|http:\/\/127\.0\.0\.1:)/.test(asked.url())) faults.push(asked.url());
    });
  });
  afterEach(async () => {
    await page.close();
    assert.deepEqual(faults, [], "errors in the page, or requests to a network");
  });

  async function openHtml(html: string, name: string): Promise<void> {
    writeFileSync(join(folder, name), html);
    await page.goto(pathToFileURL(join(folder, name)).href);
  }

  it("plays in an exported notebook, from a file", async () => {
    const cell = code("events.play()");
    const bundles = await Promise.all([head.play({ window: "10ms", speed: 1 / 10 }), head.play({ mode: "count" })].map((player) => (player as unknown as Record<symbol, () => Promise<MimeBundle>>)[Symbol.for("Jupyter.display")]!()));
    cell.outputs = bundles.map((data) => ({ output_type: "display_data", data, metadata: {} }));
    await openHtml(notebookHtml(notebook(text("# Two </script> players"), cell)), "notebook.html");
    await checkPlayer(page, page.locator(".player").first());
    assert.ok((await inked(page.locator(".player").nth(1))) > 20);
    await page.screenshot({ path: "out/lab/player-notebook.png" });
  });

  it("shows frames beside and under the events, on a dark ground", async () => {
    await page.emulateMedia({ colorScheme: "dark" });
    const frames = Array.from({ length: 10 }, (_, i) => ({ t: head.origin + BigInt(30_000 * i), width: 160, height: 120, channels: 1 as const, data: new Uint8Array(160 * 120).fill(25 * i) }));
    await openHtml(await plot.play(head, { frames, at: "100ms" }).html("Frames"), "frames.html");
    const player = page.locator(".player");
    await stateOf(player, ({ drawn, frames }) => drawn > 0 && frames === "beside");
    const shade = (): Promise<number> =>
      player.locator("canvas.frame").evaluate((canvas) => (canvas as unknown as { getContext(kind: "2d"): { getImageData(x: number, y: number, w: number, h: number): { data: Uint8ClampedArray } } }).getContext("2d").getImageData(2, 2, 1, 1).data[0]!);
    await page.waitForTimeout(500);
    assert.ok(Math.abs((await shade()) - 75) < 6, "the frame of 90 ms is shown at 100 ms");
    await page.screenshot({ path: "out/lab/player-frames-dark.png" });
    await player.getByRole("button", { name: "under" }).click();
    await stateOf(player, ({ frames }) => frames === "under");
    await player.focus();
    await page.keyboard.press("End");
    await page.waitForTimeout(500);
    assert.ok(Math.abs((await shade()) - 225) < 6, "the last frame is shown at the end");
    assert.equal(await player.evaluate((root) => (root as unknown as { className: string }).className), "player dark");
  });

  it("turns the cloud without WebGL", async () => {
    const plain = await chromium.launch({ executablePath, args: withoutGl });
    try {
      const other = await plain.newPage({ viewport: { width: 900, height: 700 } });
      writeFileSync(join(folder, "cloud.html"), await head.play({ view: "cloud" }).html());
      await other.goto(pathToFileURL(join(folder, "cloud.html")).href);
      const player = other.locator(".player");
      await stateOf(player, ({ cloud, drawn }) => cloud === "cpu" && drawn > 0);
      assert.ok((await inked(player)) > 200);
      await other.screenshot({ path: "out/lab/player-cpu-cloud.png" });
    } finally {
      await plain.close();
    }
  });

  it("says in a sentence what it cannot play", async () => {
    const cell = code("hostile");
    const payload = { ...(await head.play().payload()), note: "<img src=x onerror=alert(1)>", data: "<script>" };
    cell.outputs = [{ output_type: "display_data", data: { [playerMime]: payload as unknown as Json, "image/png": "", "text/plain": "</script>" }, metadata: {} }];
    await openHtml(notebookHtml(notebook(cell)), "hostile.html");
    await page.getByRole("alert").waitFor();
    assert.match(await page.getByRole("alert").innerText(), /^The events cannot be played\. The data of the output are not base64\.$/);
  });

  describe("evtlab play", () => {
    let child: ChildProcess;
    let url: string;
    let printed = "";
    const file = join(folder, "head.raw");

    before(async () => {
      await writeEvents(head, file, { format: "evt3" });
      child = spawn(process.execPath, [main, "play", file, "--no-browser", "--window", "10ms", "--speed", "1/10"], { stdio: ["ignore", "pipe", "inherit"] });
      url = await new Promise((found, failed) => {
        child.once("exit", () => failed(new Error(printed)));
        child.stdout!.on("data", (data: Buffer) => {
          printed += data.toString();
          const [address] = /http:\/\/127\.0\.0\.1:\d+\/[\w-]{20,}\//.exec(printed) ?? [];
          if (address !== undefined) found(address);
        });
      });
    });

    it("plays, scrubs and obeys the keyboard", async () => {
      await page.goto(url);
      // In its own page nothing need be clicked before.
      await stateOf(page.locator(".player"), ({ drawn, mode }) => drawn > 0 && mode === "decay");
      await page.keyboard.press("m");
      await stateOf(page.locator(".player"), ({ mode }) => mode === "count");
      await page.keyboard.press("m");
      await checkPlayer(page, page.locator(".player"));
      await page.screenshot({ path: "out/lab/player-served.png" });
    });

    it("answers only who knows its address, under its own name", async () => {
      const { port, pathname } = new URL(url);
      const status = (path: string, host = `127.0.0.1:${port}`): Promise<number | undefined> =>
        new Promise((done) => request({ host: "127.0.0.1", port, path, headers: { host } }, (response) => done(response.resume().statusCode)).end());
      assert.equal(await status(`${pathname}recording`), 200);
      assert.equal(await status(`${pathname}events/0`), 200);
      for (const path of ["/", "/recording", `${pathname}events/99999999`, `${pathname}events/-1`, `${pathname}frames/0`, `${pathname}../../etc/passwd`, `${pathname}nothing`]) assert.equal(await status(path), 404, path);
      assert.equal(await status(`${pathname}recording`, `evil.example:${port}`), 404);
    });

    it("ends with Ctrl-C", async () => {
      const ended = new Promise((done) => child.once("exit", done));
      child.kill("SIGINT");
      assert.equal(await ended, 0);
    });
    after(() => void child?.kill("SIGKILL"));

    it("writes a page that plays by itself", async () => {
      const out = join(folder, "page.html");
      await new Promise<void>((done, fail) => execFile(process.execPath, [main, "play", file, "--from", "50ms", "--to", "250ms", "--out", out], (error) => (error ? fail(error) : done())));
      assert.ok(readFileSync(out, "utf8").startsWith("<!doctype html>"));
      await page.goto(pathToFileURL(out).href);
      const player = page.locator(".player");
      const { time } = await stateOf(player, ({ drawn }) => drawn > 0);
      assert.ok(time >= 50_000 && time <= 250_000);
      assert.ok((await inked(player)) > 20);
    });
  });
});
