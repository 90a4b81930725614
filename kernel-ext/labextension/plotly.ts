/** Draws `application/vnd.plotly.v1+json`. Plotly lies beside the extension and is loaded with the first figure. */
import { loadBeside, type MimeExtension, type MimeModel, type WidgetClass } from "./lab.js";
import { tellPixels } from "./pixel-values.js";

const mimeType = "application/vnd.plotly.v1+json";

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

    async renderModel(model: MimeModel): Promise<void> {
      try {
        this.#plotly = await loadBeside<Plotly>("plotly.min.js", "Plotly");
        // Plotly writes defaults into what it draws; the notebook keeps what the kernel sent.
        const { data, layout = {}, config = {}, frames } = structuredClone(model.data[mimeType]) as Figure;
        await tellPixels(data);
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
    id: "evtlab:plotly",
    dataType: "json",
    rank: 0,
    rendererFactory: { safe: true, mimeTypes: [mimeType], createRenderer: () => new PlotlyRenderer() },
  };
}
