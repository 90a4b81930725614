/**
 * The JupyterLab extension: draws Plotly figures and tables, plays events, and explains names in cells.
 *
 * JupyterLab loads this file as a container of webpack's module federation: an object with `init` and `get` under
 * `window._JUPYTERLAB`. Its shape is written by hand here, so that no webpack is needed to build it.
 */
import type { LabPlugin, MimeExtension, ShareScope, WidgetClass } from "./lab.js";
import { namesPlugin } from "./names.js";
import { playerExtension } from "./player.js";
import { plotlyExtension } from "./plotly.js";
import { tableExtension, tablePlugin } from "./table.js";

let shared: ShareScope = {};

/** A package of JupyterLab itself. */
async function ofLab<Module>(name: string): Promise<Module> {
  const [provider] = Object.values(shared[name] ?? {});
  if (!provider) throw new Error(`JupyterLab shares no ${name}`);
  return (await provider.get())() as Module;
}

const container = {
  init(scope: ShareScope): void {
    shared = scope;
  },
  /** The modules that `package.json` of the extension names. */
  async get(name: string): Promise<() => { readonly __esModule: true; readonly default: readonly MimeExtension[] | readonly LabPlugin[] }> {
    if (name === "./extension") {
      const plugins = [tablePlugin, await namesPlugin(ofLab)];
      return () => ({ __esModule: true, default: plugins });
    }
    const { Widget } = await ofLab<{ Widget: WidgetClass }>("@lumino/widgets");
    const extensions = [plotlyExtension(Widget), playerExtension(Widget), tableExtension(Widget)];
    return () => ({ __esModule: true, default: extensions });
  },
};

const containers = ((window as unknown as Record<string, Record<string, unknown> | undefined>)["_JUPYTERLAB"] ??= {});
containers["evtlab"] = container;
