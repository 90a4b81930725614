/**
 * What the bundle gives to a page: `evtlabPlayer.mount(element, payload)`, and `mountAll()` for exported pages.
 * @module
 */
import { playerMime } from "../payload.js";
import { element } from "./element.js";
import { embeddedSource } from "./embedded.js";
import { EventPlayer, fault } from "./player.js";
import { style } from "./style.js";

export interface MountedPlayer {
  readonly player: EventPlayer | undefined;
  dispose(): void;
}

/** Fills `host` with a player of the payload, or with a sentence that says why not. Never throws. */
export async function mount(host: HTMLElement, payload: unknown): Promise<MountedPlayer> {
  try {
    const player = new EventPlayer(host, await embeddedSource(payload));
    return handle(host, player);
  } catch (error) {
    const shadow = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    shadow.replaceChildren(element("style", {}, style), element("div", { class: "player" }, fault(error)));
    return { player: undefined, dispose: () => {} };
  }
}

/** Players in place of the pictures of an exported page. */
export async function mountAll(): Promise<void> {
  for (const data of document.querySelectorAll<HTMLScriptElement>(`script[type="${playerMime}"]`)) {
    const host = element("div");
    (data.previousElementSibling ?? data).replaceWith(host);
    await mount(host, JSON.parse(data.textContent));
    data.remove();
  }
}

function handle(host: HTMLElement, player: EventPlayer): MountedPlayer {
  const mounted = { player, dispose: () => player.dispose() };
  (host as { evtlabPlayer?: MountedPlayer }).evtlabPlayer = mounted;
  return mounted;
}
