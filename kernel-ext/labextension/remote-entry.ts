/**
 * The JupyterLab extension: draws Plotly figures and tables, and plays events.
 *
 * JupyterLab loads this file as a container of webpack's module federation: an object with `init` and `get` under
 * `window._JUPYTERLAB`. Its shape is written by hand here, so that no webpack is needed to build it.
 */
import type { LabPlugin, MimeExtension, ShareScope, WidgetClass } from "./lab.js";
import { playerExtension } from "./player.js";
import { plotlyExtension } from "./plotly.js";
import { tableExtension, tablePlugin } from "./table.js";

let shared: ShareScope = {};

const container = {
  init(scope: ShareScope): void {
    shared = scope;
  },
  /** The modules that `package.json` of the extension names. */
  async get(name: string): Promise<() => { readonly __esModule: true; readonly default: readonly MimeExtension[] | LabPlugin }> {
    if (name === "./extension") return () => ({ __esModule: true, default: tablePlugin });
    const [provider] = Object.values(shared["@lumino/widgets"] ?? {});
    if (!provider) throw new Error("JupyterLab shares no @lumino/widgets");
    const { Widget } = (await provider.get())() as { Widget: WidgetClass };
    const extensions = [plotlyExtension(Widget), playerExtension(Widget), tableExtension(Widget)];
    return () => ({ __esModule: true, default: extensions });
  },
};

const containers = ((window as unknown as Record<string, Record<string, unknown> | undefined>)["_JUPYTERLAB"] ??= {});
containers["evtlab"] = container;
