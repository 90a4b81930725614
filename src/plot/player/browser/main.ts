/**
 * What the bundle gives to a page: `evtlabPlayer.mount(element, payload)`, `mountAll()` for exported pages, and
 * `mountServed(element)` for the page of `evtlab play`.
 * @module
 */
import { playerMime } from "../payload.js";
import { element } from "./element.js";
import { embeddedSource } from "./embedded.js";
import { servedSource } from "./served.js";
import { EventPlayer, fault } from "./player.js";
import type { PlayerSource } from "./source.js";
import { style } from "./style.js";
import { isDark } from "./theme.js";

export interface MountedPlayer {
  readonly player: EventPlayer | undefined;
  dispose(): void;
}

/** Fills `host` with a player of the payload, or with a sentence that says why not. Never throws. */
export function mount(host: HTMLElement, payload: unknown): Promise<MountedPlayer> {
  return mountSource(host, () => embeddedSource(payload));
}

/** Fills `host` with a player of the recording that the server of this page has. */
export function mountServed(host: HTMLElement): Promise<MountedPlayer> {
  return mountSource(host, servedSource);
}

async function mountSource(host: HTMLElement, open: () => Promise<PlayerSource>): Promise<MountedPlayer> {
  let mounted: MountedPlayer;
  try {
    const player = new EventPlayer(host, await open());
    mounted = { player, dispose: () => player.dispose() };
  } catch (error) {
    const shadow = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    shadow.replaceChildren(element("style", {}, style), element("div", { class: isDark(host) ? "player dark" : "player" }, fault(error)));
    mounted = { player: undefined, dispose: () => {} };
  }
  (host as { evtlabPlayer?: MountedPlayer }).evtlabPlayer = mounted;
  return mounted;
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
