/** JupyterLab in a browser: one server and one page for all tests, notebooks opened and shut as tabs. */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { chromium, type Browser, type Locator, type Page, type Request } from "playwright-core";
import { installInto } from "../../src/cli/install.js";
import { formatNotebook, type Notebook } from "../../src/jupyter/nbformat.js";
import { writeLabDefaults } from "../../src/run/jupyter-lab.js";
import { code, notebook } from "../run/notebooks.js";

const patience = 30_000;

/** The part of JupyterLab's application that is used. */
export interface LabWindow {
  readonly jupyterapp: {
    readonly commands: { execute(command: string, args?: object): Promise<unknown> };
    readonly serviceManager: { readonly sessions: { shutdownAll(): Promise<void> }; readonly kernels: { refreshRunning(): Promise<void> } };
    readonly shell: {
      widgets(area: string): Iterable<{ dispose(): void }>;
      readonly currentWidget: {
        readonly context?: { readonly path: string; save(): Promise<void> };
        readonly sessionContext: { readonly session?: { readonly kernel?: { readonly status: string } } };
        readonly content: {
          activeCellIndex: number;
          scrollToItem(index: number, align: string): Promise<void>;
          readonly widgets: readonly { readonly model: { toJSON(): LabCell; readonly sharedModel: { setSource(source: string): void } } }[];
        };
      } | null;
    };
  };
}
export interface LabCell {
  readonly cell_type: string;
  readonly source: string;
  readonly execution_count: number | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly outputs: readonly LabOutput[];
}
export interface LabOutput {
  readonly output_type: string;
  readonly name?: string;
  readonly text?: string | readonly string[];
  readonly data?: Readonly<Record<string, unknown>>;
  readonly ename?: string;
  readonly traceback?: readonly string[];
}

export class Lab {
  /** Lists of kernels that JupyterLab waits for: it disconnects from a kernel that is not in one, also if it was started since. */
  readonly #lists = new Set<Request>();

  private constructor(
    readonly page: Page,
    readonly address: string,
    readonly token: string,
    readonly root: string,
    readonly close: () => Promise<void>,
  ) {
    page.on("request", (request) => {
      if (/\/api\/(?:kernels|sessions)\?/.test(request.url())) this.#lists.add(request);
    });
    page.on("requestfinished", (request) => this.#lists.delete(request));
    page.on("requestfailed", (request) => this.#lists.delete(request));
  }

  static async start(python: string, executablePath: string): Promise<Lab> {
    // Inside the repository, so that cells find the package.
    const root = resolve("out/lab");
    mkdirSync(root, { recursive: true });
    const folder = mkdtempSync(join(tmpdir(), "evtlab-lab-"));
    installInto(join(folder, "jupyter"));
    writeLabDefaults(join(folder, "defaults"));
    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    const token = randomUUID();
    const args = ["--no-browser", "--allow-root", "--ip=127.0.0.1", `--port=${port}`, "--port-retries=0", `--IdentityProvider.token=${token}`, `--ServerApp.root_dir=${root}`, "--LabApp.expose_app_in_browser=True"];
    const environment = { ...process.env, JUPYTER_PATH: join(folder, "jupyter"), JUPYTER_CONFIG_DIR: join(folder, "config"), JUPYTER_CONFIG_PATH: join(folder, "defaults"), JUPYTER_RUNTIME_DIR: join(folder, "runtime"), JUPYTERLAB_WORKSPACES_DIR: join(folder, "workspaces") };
    const server = spawn(python, ["-m", "jupyterlab", ...args], { stdio: "ignore", env: environment });
    let browser: Browser | undefined;
    const close = async (): Promise<void> => {
      await browser?.close();
      await ended(server);
      rmSync(folder, { recursive: true, force: true });
    };
    try {
      browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"] });
      for (let tries = 0; !(await fetch(`${address}/api?token=${token}`).then(({ ok }) => ok, () => false)); tries++) {
        assert.ok(tries < 240, "JupyterLab does not answer");
        await delay(250);
      }
      const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
      page.setDefaultTimeout(patience);
      const lab = new Lab(page, address, token, root, close);
      await lab.load();
      return lab;
    } catch (error) {
      await close();
      throw error;
    }
  }

  /** Loads the page, on a notebook or on none. */
  async load(path = ""): Promise<void> {
    await this.page.goto(`${this.address}/lab${path === "" ? "" : `/tree/${path}`}?token=${this.token}&reset`);
    await this.page.waitForFunction(() => (globalThis as unknown as Partial<LabWindow>).jupyterapp?.shell !== undefined && (globalThis as unknown as { document: { querySelector(s: string): unknown } }).document.querySelector("#jp-main-dock-panel") !== null);
  }

  /** Writes a notebook with these cells and opens it; resolves when its kernel is idle. */
  async open(name: string, cells: readonly string[]): Promise<void> {
    writeFileSync(join(this.root, `${name}.ipynb`), formatNotebook(notebook(...cells.map((source) => code(source)))));
    await this.openFile(name);
  }

  /** Opens a notebook of the root, alone: what was open before is gone. */
  async openFile(name: string): Promise<void> {
    const path = `${name}.ipynb`;
    await this.#shutAll();
    await this.command("docmanager:open", { path, factory: "Notebook" });
    await this.page.waitForFunction(
      (path) => {
        const widget = (globalThis as unknown as LabWindow).jupyterapp.shell.currentWidget;
        return widget?.context?.path === path && widget.sessionContext.session?.kernel?.status === "idle" && widget.content.widgets.length > 0;
      },
      path,
    ).catch(async (error: unknown) => {
      await this.screenshot(`failed-to-open-${name}`);
      throw error;
    });
  }

  /** Shuts all tabs without a question, and their kernels. */
  async #shutAll(): Promise<void> {
    await this.page.evaluate(async () => {
      const { shell, serviceManager } = (globalThis as unknown as LabWindow).jupyterapp;
      for (const widget of [...shell.widgets("main")]) widget.dispose();
      await serviceManager.sessions.shutdownAll();
      await serviceManager.kernels.refreshRunning();
    });
    while (this.#lists.size > 0) await delay(10);
  }

  async command(command: string, args?: object): Promise<void> {
    await this.page.evaluate(([command, args]) => void (globalThis as unknown as LabWindow).jupyterapp.commands.execute(command, args), [command, args] as const);
  }

  /** Starts a cell by its number (from 0); resolves at once. */
  async start(index: number): Promise<void> {
    // In one step: what has the focus may draw the selection back.
    await this.page.evaluate((index) => {
      const { shell, commands } = (globalThis as unknown as LabWindow).jupyterapp;
      shell.currentWidget!.content.activeCellIndex = index;
      void commands.execute("notebook:run-cell");
    }, index);
  }

  /** Runs a cell to its end. */
  async run(index: number): Promise<LabCell> {
    const { execution_count: before } = await this.cell(index);
    await this.start(index);
    return this.cellWhen(index, (cell) => cell.execution_count !== null && cell.execution_count !== before);
  }

  async runAll(): Promise<readonly LabCell[]> {
    await this.command("notebook:run-all-cells");
    return this.finished();
  }

  /** Waits until each cell, up to the first that fails, has run and the kernel is idle. */
  async finished(): Promise<readonly LabCell[]> {
    for (let tries = 0; tries < 600; tries++) {
      await delay(150);
      const cells = (await this.cells()).filter(({ cell_type }) => cell_type === "code");
      const failed = cells.findIndex(({ outputs }) => outputs.some(({ output_type }) => output_type === "error"));
      const ran = cells.slice(0, failed < 0 ? cells.length : failed + 1).every(({ execution_count }) => execution_count !== null);
      if (ran && (await this.status()) === "idle") return cells;
    }
    throw new Error("The notebook does not end.");
  }

  async cells(): Promise<readonly LabCell[]> {
    return this.page.evaluate(() => (globalThis as unknown as LabWindow).jupyterapp.shell.currentWidget!.content.widgets.map(({ model }) => model.toJSON()));
  }
  async cell(index: number): Promise<LabCell> {
    return (await this.cells())[index]!;
  }

  /** Waits for what a cell is to become. */
  async cellWhen(index: number, until: (cell: LabCell) => boolean): Promise<LabCell> {
    for (let tries = 0; ; tries++) {
      const cell = await this.cell(index);
      if (until(cell)) return cell;
      assert.ok(tries < 400, `cell ${index} stays ${JSON.stringify(cell).slice(0, 2000)}, not ${until.toString()}`);
      await delay(100);
    }
  }

  async until(status: string): Promise<void> {
    for (let tries = 0; (await this.status()) !== status; tries++) {
      assert.ok(tries < 400, `the kernel does not become ${status}`);
      await delay(50);
    }
  }

  async scrollTo(index: number): Promise<void> {
    await this.page.evaluate((index) => (globalThis as unknown as LabWindow).jupyterapp.shell.currentWidget!.content.scrollToItem(index, "center"), index);
  }

  async status(): Promise<string | undefined> {
    return this.page.evaluate(() => (globalThis as unknown as LabWindow).jupyterapp.shell.currentWidget!.sessionContext.session?.kernel?.status);
  }

  /** The panel of the notebook in front. */
  get panel(): Locator {
    return this.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)");
  }
  /** What stands in the page for a cell. */
  at(index: number): Locator {
    return this.panel.locator(`.jp-Cell[data-windowed-list-index="${index}"]`);
  }

  /** Puts the caret at the end of a cell, as a click and Ctrl-End do. */
  async edit(index: number): Promise<void> {
    await this.at(index).locator(".cm-content").click();
    await this.page.keyboard.press("Control+End");
  }

  /** The notebook as it lies on disk after saving. */
  async saved(): Promise<Notebook> {
    const path = await this.page.evaluate(async () => {
      const { context } = (globalThis as unknown as LabWindow).jupyterapp.shell.currentWidget!;
      await context!.save();
      return context!.path;
    });
    return JSON.parse(readFileSync(join(this.root, path), "utf8")) as Notebook;
  }

  async screenshot(name: string): Promise<void> {
    await this.page.screenshot({ path: `out/lab/${name}.png` });
  }
}

/** The text of an output: of a stream, a value, or an error. */
export function textOf({ text, data, traceback }: LabOutput): string {
  const found = text ?? traceback ?? data?.["text/plain"] ?? "";
  return Array.isArray(found) ? found.join(traceback ? "\n" : "") : String(found);
}

async function ended(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  const exit = new Promise((done) => process.once("exit", done));
  process.kill("SIGTERM");
  const forced = setTimeout(() => process.kill("SIGKILL"), 15_000);
  await exit;
  clearTimeout(forced);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
