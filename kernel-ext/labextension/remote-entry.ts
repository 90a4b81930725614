/**
 * The JupyterLab extension: draws Plotly figures and plays events.
 *
 * JupyterLab loads this file as a container of webpack's module federation: an object with `init` and `get` under
 * `window._JUPYTERLAB`. Its shape is written by hand here, so that no webpack is needed to build it.
 */
import type { MimeExtension, ShareScope, WidgetClass } from "./lab.js";
import { playerExtension } from "./player.js";
import { plotlyExtension } from "./plotly.js";

let shared: ShareScope = {};

const container = {
  init(scope: ShareScope): void {
    shared = scope;
  },
  async get(): Promise<() => { readonly __esModule: true; readonly default: readonly MimeExtension[] }> {
    const [provider] = Object.values(shared["@lumino/widgets"] ?? {});
    if (!provider) throw new Error("JupyterLab shares no @lumino/widgets");
    const { Widget } = (await provider.get())() as { Widget: WidgetClass };
    const extensions = [plotlyExtension(Widget), playerExtension(Widget)];
    return () => ({ __esModule: true, default: extensions });
  },
};

const containers = ((window as unknown as Record<string, Record<string, unknown> | undefined>)["_JUPYTERLAB"] ??= {});
containers["evtlab"] = container;
