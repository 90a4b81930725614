/** Draws `application/vnd.plotly.v1+json`. Plotly lies beside the extension and is loaded with the first figure. */
import { loadBeside, type MimeExtension, type MimeModel, type WidgetClass } from "./lab.js";
import { tellPixels } from "./pixel-values.js";

const mimeType = "application/vnd.plotly.v1+json";

/** The smallest share of its size at which a figure is drawn. */
const smallest = 0.6;

/** Buttons that do nothing to points, or what the wheel and a double click do. */
const buttonsLeftOut = ["select2d", "lasso2d", "zoomIn2d", "zoomOut2d", "autoScale2d"];

/** The tool bar at the bottom right, where a figure has nothing: at the top it lies over the legend. */
const toolBarBelow = ".evtlab-figure .modebar-container { top: auto !important; bottom: 26px; }";

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

export function plotlyExtension(Base: WidgetClass): MimeExtension {
  class PlotlyRenderer extends Base {
    #plotly: Plotly | undefined;
    readonly #figure = document.createElement("div");
    /** Of a figure that says its size; others fill their place. */
    #size: { readonly width: number; readonly height: number } | undefined;

    async renderModel(model: MimeModel): Promise<void> {
      try {
        this.#plotly = await loadBeside<Plotly>("plotly.min.js", "Plotly");
        // Plotly writes defaults into what it draws; the notebook keeps what the kernel sent.
        const { data, layout = {}, config = {}, frames } = structuredClone(model.data[mimeType]) as Figure;
        await tellPixels(data);
        if (this.isDisposed) return;
        const { width, height } = layout;
        this.#size = typeof width === "number" && typeof height === "number" ? { width, height } : undefined;
        this.node.style.overflow = "auto hidden";
        this.#figure.style.transformOrigin = "0 0";
        if (height === undefined) this.#figure.style.minHeight = "360px";
        this.#figure.classList.add("evtlab-figure");
        const style = document.createElement("style");
        style.textContent = toolBarBelow;
        this.node.replaceChildren(style, this.#figure);
        this.#fit();
        await this.#plotly.react(this.#figure, data, { autosize: true, ...layout }, { responsive: true, displaylogo: false, modeBarButtonsToRemove: buttonsLeftOut, ...config });
        if (frames) await this.#plotly.addFrames(this.#figure, frames);
      } catch (error) {
        this.node.textContent = `The figure cannot be drawn: ${String(error)}`;
      }
    }

    /** A figure that is wider than its place is drawn smaller, down to where its text can still be read. */
    #fit(): void {
      if (this.#size === undefined || this.node.clientWidth === 0) return;
      const { width, height } = this.#size;
      const scale = Math.max(smallest, Math.min(1, this.node.clientWidth / width));
      this.#figure.style.width = `${width}px`;
      this.#figure.style.transform = scale < 1 ? `scale(${scale})` : "";
      // What is scaled takes the room that it took before.
      this.#figure.style.marginBottom = `${(scale - 1) * height}px`;
      this.#figure.style.marginRight = `${(scale - 1) * width}px`;
    }

    protected override onResize(): void {
      if (!this.isVisible || !this.#figure.classList.contains("js-plotly-plot")) return;
      this.#fit();
      if (this.#size === undefined) this.#plotly?.Plots.resize(this.#figure);
    }

    override dispose(): void {
      this.#plotly?.purge(this.#figure);
      super.dispose();
    }
  }
  return {
    id: "evtlab:plotly",
    dataType: "json",
    rank: 0,
    rendererFactory: { safe: true, mimeTypes: [mimeType], createRenderer: () => new PlotlyRenderer() },
  };
}
