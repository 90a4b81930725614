/**
 * The JupyterLab extension: draws `application/vnd.plotly.v1+json`.
 *
 * JupyterLab loads this file as a container of webpack's module federation: an object with `init` and `get` under
 * `window._JUPYTERLAB`. Its shape is written by hand here, so that no webpack is needed to build it. Plotly lies beside
 * this file and is loaded with the first figure.
 */

const mimeType = "application/vnd.plotly.v1+json";

/** The part of webpack's share scope that is used: versions of a package, each with a loader. */
type ShareScope = Record<string, Record<string, { get(): Promise<() => unknown> }>>;
/** The part of Lumino's Widget that is used. */
declare class Widget {
  readonly node: HTMLElement;
  readonly isDisposed: boolean;
  readonly isVisible: boolean;
  protected onResize(message: unknown): void;
  dispose(): void;
}
type WidgetClass = typeof Widget;

interface Figure {
  readonly data: object[];
  readonly layout?: Record<string, unknown>;
  readonly config?: object;
  readonly frames?: object[];
}
interface Plotly {
  react(node: HTMLElement, data: object[], layout: object, config: object): Promise<unknown>;
  addFrames(node: HTMLElement, frames: object[]): Promise<unknown>;
  purge(node: HTMLElement): void;
  Plots: { resize(node: HTMLElement): void };
}

const folder = new URL(".", (document.currentScript as HTMLScriptElement).src);
let plotly: Promise<Plotly> | undefined;
let shared: ShareScope = {};

function loadPlotly(): Promise<Plotly> {
  plotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("plotly.min.js", folder).href;
    script.addEventListener("load", () => resolve((window as unknown as { Plotly: Plotly }).Plotly));
    script.addEventListener("error", () => reject(new Error(`cannot load ${script.src}`)));
    document.head.append(script);
  });
  return plotly;
}

function makeExtension(Base: WidgetClass): object {
  class PlotlyRenderer extends Base {
    #plotly: Plotly | undefined;

    async renderModel(model: { data: Record<string, unknown> }): Promise<void> {
      try {
        this.#plotly = await loadPlotly();
        // Plotly writes defaults into what it draws; the notebook keeps what the kernel sent.
        const { data, layout = {}, config = {}, frames } = structuredClone(model.data[mimeType]) as Figure;
        if (this.isDisposed) return;
        this.node.style.overflowX = "auto";
        if (layout["height"] === undefined) this.node.style.minHeight = "360px";
        await this.#plotly.react(this.node, data, { autosize: true, ...layout }, { responsive: true, displaylogo: false, ...config });
        if (frames) await this.#plotly.addFrames(this.node, frames);
      } catch (error) {
        this.node.textContent = `The figure cannot be drawn: ${String(error)}`;
      }
    }

    protected override onResize(): void {
      if (this.isVisible && this.node.classList.contains("js-plotly-plot")) this.#plotly?.Plots.resize(this.node);
    }

    override dispose(): void {
      this.#plotly?.purge(this.node);
      super.dispose();
    }
  }
  return {
    id: "evtlab-plotly:renderer",
    dataType: "json",
    rank: 0,
    rendererFactory: { safe: true, mimeTypes: [mimeType], createRenderer: () => new PlotlyRenderer() },
  };
}

const container = {
  init(scope: ShareScope): void {
    shared = scope;
  },
  async get(): Promise<() => { readonly __esModule: true; readonly default: object }> {
    const [provider] = Object.values(shared["@lumino/widgets"] ?? {});
    if (!provider) throw new Error("JupyterLab shares no @lumino/widgets");
    const { Widget: Base } = (await provider.get())() as { Widget: WidgetClass };
    const extension = makeExtension(Base);
    return () => ({ __esModule: true, default: extension });
  },
};

const containers = ((window as unknown as Record<string, Record<string, unknown> | undefined>)["_JUPYTERLAB"] ??= {});
containers["evtlab-plotly"] = container;
