import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { chromium, type Browser, type Page } from "playwright-core";
import { installInto } from "../../src/cli/install.js";
import { formatNotebook } from "../../src/jupyter/nbformat.js";
import { playerMime } from "../../src/plot/player/payload.js";
import { writeLabDefaults } from "../../src/run/jupyter-lab.js";
import { requireChromium, requirePython } from "../python.js";
import { code, notebook, scratch } from "../run/notebooks.js";
import { checkPlayer } from "./player.js";

interface OpenNotebook {
  readonly pending: number;
  readonly outputs: readonly string[];
}

const tutorials = [
  { name: "01-first-look", figures: 3 },
  { name: "02-representations", figures: 6 },
];

describe("JupyterLab in a browser", function () {
  this.timeout(180_000);
  const folder = scratch();
  let server: ChildProcess;
  let browser: Browser;
  let page: Page;
  let address: string;
  const token = randomUUID();
  // Inside the repository, so that cells find the package.
  const root = resolve("out/lab");

  before(async function () {
    const python = requirePython(this, "jupyterlab");
    const executablePath = requireChromium(this);
    mkdirSync(root, { recursive: true });
    installInto(join(folder, "jupyter"));
    writeLabDefaults(join(folder, "defaults"));
    for (const { name } of tutorials) cpSync(`notebooks/${name}.ipynb`, join(root, `${name}.ipynb`));
    writeFileSync(join(root, "error.ipynb"), formatNotebook(notebook(code("const n: number = 1;\nn"), code('throw new RangeError("as it should")'), code("1"))));
    const port = await freePort();
    address = `http://127.0.0.1:${port}`;
    const args = ["--no-browser", "--allow-root", "--ip=127.0.0.1", `--port=${port}`, "--port-retries=0", `--IdentityProvider.token=${token}`, `--ServerApp.root_dir=${root}`, "--LabApp.expose_app_in_browser=True"];
    const environment = { ...process.env, JUPYTER_PATH: join(folder, "jupyter"), JUPYTER_CONFIG_DIR: join(folder, "config"), JUPYTER_CONFIG_PATH: join(folder, "defaults"), JUPYTER_RUNTIME_DIR: join(folder, "runtime"), JUPYTERLAB_WORKSPACES_DIR: join(folder, "workspaces") };
    server = spawn(python, ["-m", "jupyterlab", ...args], { stdio: "ignore", env: environment });
    for (let tries = 0; !(await fetch(`${address}/api?token=${token}`).then(({ ok }) => ok, () => false)); tries++) {
      assert.ok(tries < 240, "JupyterLab does not answer");
      await delay(250);
    }
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"] });
    page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
  });

  after(async () => {
    await browser?.close();
    if (server) {
      server.kill("SIGTERM");
      await new Promise((done) => server.once("exit", done));
    }
  });

  for (const { name, figures } of tutorials) it(`runs ${name} and draws its figures`, async () => {
    const { outputs } = await runAll(`${name}.ipynb`);
    assert.deepEqual(outputs.filter((type) => type === "error"), []);
    assert.ok(outputs.filter((type) => type === "application/vnd.plotly.v1+json").length >= figures, outputs.join(", "));
    const drawn = new Set<number>();
    // A notebook is windowed: only what is near the view is in the page.
    for (const index of await figureCells()) {
      await page.evaluate((cell) => (globalThis as unknown as LabWindow).jupyterapp.shell.currentWidget.content.scrollToItem(cell, "center"), index);
      const figure = page.locator(`.jp-Cell[data-windowed-list-index="${index}"] .js-plotly-plot`);
      await figure.locator(".main-svg").first().waitFor({ timeout: 30_000 });
      assert.ok((await figure.locator("canvas, .trace, .im, .heatmaplayer image, .imagelayer image, .shapelayer path, .layer-above image, .layer-below image").count()) > 0, `cell ${index} has an empty figure`);
      drawn.add(index);
      await page.screenshot({ path: `out/lab/${name}-cell-${index}.png` });
    }
    assert.ok(drawn.size >= figures);
  });

  describe("the event player", () => {
    const outputs = { computed: "", saved: "player-saved.ipynb" };

    before(async () => {
      const source = 'import { expression, face, faceEvents, perform } from "evtlab/simulate";\nimport "evtlab";\nconst smile = perform({ duration: "300ms", movements: expression("happiness"), seed: 1 });\nfaceEvents(face({ seed: 1 }), smile, { width: 160, height: 120, seed: 1 }).play({ window: "10ms", speed: 1 / 10 })';
      writeFileSync(join(root, "player.ipynb"), formatNotebook(notebook(code(source))));
      const { outputs: types } = await runAll("player.ipynb");
      assert.deepEqual(types, [playerMime]);
      const cell = await page.evaluate(() => (globalThis as unknown as LabWindow).jupyterapp.shell.currentWidget.content.widgets[0]!.model.toJSON());
      outputs.computed = JSON.stringify(cell.outputs);
    });

    it("plays, scrubs and obeys the keyboard", async () => {
      const player = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea .player");
      await checkPlayer(page, player);
      await page.screenshot({ path: "out/lab/player.png" });
      await page.evaluate(() => (globalThis as unknown as LabWindow).jupyterapp.commands.execute("apputils:change-theme", { theme: "JupyterLab Dark" }));
      await page.locator(".player.dark").waitFor();
      await player.getByRole("button", { name: "x‑y", exact: true }).click();
      await page.screenshot({ path: "out/lab/player-dark.png" });
      await page.evaluate(() => (globalThis as unknown as LabWindow).jupyterapp.commands.execute("apputils:change-theme", { theme: "JupyterLab Light" }));
      await page.locator(".player.light").waitFor();
    });

    it("JupyterLab does not ask about news", async () => {
      assert.equal(await page.getByText("Jupyter news").count(), 0);
    });

    it("has a picture for viewers that cannot play", () => {
      const [{ data }] = JSON.parse(outputs.computed) as [{ data: Record<string, string> }];
      assert.deepEqual([...Buffer.from(data["image/png"]!, "base64").subarray(1, 4)].map((byte) => String.fromCharCode(byte)).join(""), "PNG");
      assert.match(data["text/plain"]!, /^Player of [\d\u00a0]+ events in [\d.]+ ms/);
    });

    it("plays in a saved notebook without a kernel, which nobody trusts", async () => {
      const saved = notebook(code("saved"));
      (saved.cells[0] as { outputs: unknown }).outputs = JSON.parse(outputs.computed);
      saved.metadata["kernelspec"] = { name: "gone", language: "typescript", display_name: "A kernel that is not installed" };
      writeFileSync(join(root, outputs.saved), formatNotebook(saved));
      await page.goto(`${address}/lab/tree/${outputs.saved}?token=${token}&reset`);
      const choice = page.locator(".jp-Dialog button", { hasText: "No Kernel" });
      await choice.click({ timeout: 60_000 });
      await checkPlayer(page, page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea .player"));
      await page.screenshot({ path: "out/lab/player-saved.png" });
    });
  });

  it("shows an error as an error", async () => {
    const { outputs } = await runAll("error.ipynb");
    assert.deepEqual(outputs, ["text/plain", "error"]);
    const error = page.locator('.jp-NotebookPanel:not(.lm-mod-hidden) [data-mime-type="application/vnd.jupyter.stderr"]');
    await error.first().waitFor();
    assert.match(await error.first().innerText(), /RangeError.*as it should/s);
    await page.screenshot({ path: "out/lab/error.png" });
  });

  /** Opens a notebook, runs all of it, and waits until its kernel is idle and each cell done. */
  async function runAll(name: string): Promise<OpenNotebook> {
    await page.goto(`${address}/lab/tree/${name}?token=${token}&reset`);
    await page.waitForFunction(
      (path) => {
        const widget = (globalThis as unknown as LabWindow).jupyterapp?.shell.currentWidget;
        return widget?.context?.path === path && widget.sessionContext.session?.kernel?.status === "idle" && widget.content.widgets.length > 0;
      },
      name,
      { timeout: 90_000 },
    );
    await page.evaluate(() => void (globalThis as unknown as LabWindow).jupyterapp.commands.execute("notebook:run-all-cells"));
    await delay(500);
    const state = await page.waitForFunction(
      () => {
        const { content, sessionContext } = (globalThis as unknown as LabWindow).jupyterapp.shell.currentWidget;
        const cells = content.widgets.map(({ model }) => model.toJSON()).filter((cell) => cell.cell_type === "code");
        const failed = cells.findIndex((cell) => cell.outputs.some((output) => output.output_type === "error"));
        const last = failed < 0 ? cells.length : failed + 1;
        const pending = cells.slice(0, last).filter((cell) => cell.execution_count === null).length;
        if (pending > 0 || sessionContext.session?.kernel?.status !== "idle") return undefined;
        const rich = ["application/vnd.plotly.v1+json", "application/vnd.evtlab.player+json"];
        const outputs = cells.flatMap((cell) => cell.outputs).map(({ data, output_type }) => (data ? (rich.find((mime) => mime in data) ?? Object.keys(data)[0]!) : output_type));
        return { pending, outputs };
      },
      undefined,
      { timeout: 90_000 },
    );
    return (await state.jsonValue())!;
  }

  async function figureCells(): Promise<number[]> {
    return page.evaluate(() =>
      (globalThis as unknown as LabWindow).jupyterapp.shell.currentWidget.content.widgets.flatMap(({ model }, index) => {
        const cell = model.toJSON();
        return cell.cell_type === "code" && cell.outputs.some(({ data }) => data && "application/vnd.plotly.v1+json" in data) ? [index] : [];
      }),
    );
  }
});

/** The part of JupyterLab's application that is used. */
interface LabWindow {
  readonly jupyterapp: {
    readonly commands: { execute(command: string, args?: object): Promise<unknown> };
    readonly shell: {
      readonly currentWidget: {
        readonly context?: { readonly path: string };
        readonly sessionContext: { readonly session?: { readonly kernel?: { readonly status: string } } };
        readonly content: {
          scrollToItem(index: number, align: string): Promise<void>;
          readonly widgets: readonly { readonly model: { toJSON(): LabCell } }[];
        };
      };
    };
  };
}
interface LabCell {
  readonly cell_type: string;
  readonly execution_count: number | null;
  readonly outputs: readonly { readonly output_type: string; readonly data?: Record<string, unknown> }[];
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
