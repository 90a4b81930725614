/** Plays `application/vnd.evtlab.player+json`: data alone, so that it plays in a notebook that is not trusted, too. */
import { loadBeside, type MimeExtension, type MimeModel, type WidgetClass } from "./lab.js";

const mimeType = "application/vnd.evtlab.player+json";

/** What the player's script defines. */
interface PlayerScript {
  mount(host: HTMLElement, payload: unknown): Promise<{ dispose(): void }>;
}

export function playerExtension(Base: WidgetClass): MimeExtension {
  class PlayerRenderer extends Base {
    #mounted: { dispose(): void } | undefined;

    async renderModel(model: MimeModel): Promise<void> {
      try {
        const { mount } = await loadBeside<PlayerScript>("player.js", "evtlabPlayer");
        if (this.isDisposed) return;
        this.#mounted?.dispose();
        this.#mounted = await mount(this.node, model.data[mimeType]);
        if (this.isDisposed) this.#mounted.dispose();
      } catch (error) {
        this.node.textContent = `The player cannot be loaded: ${String(error)}`;
      }
    }

    override dispose(): void {
      this.#mounted?.dispose();
      super.dispose();
    }
  }
  return {
    id: "evtlab:player",
    dataType: "json",
    rank: 0,
    rendererFactory: { safe: true, mimeTypes: [mimeType], createRenderer: () => new PlayerRenderer() },
  };
}
