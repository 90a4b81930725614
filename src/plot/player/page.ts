/**
 * Players in pages of their own.
 * @module
 */
import { readFileSync } from "node:fs";
import { escapeHtml } from "../../events/markup.js";
import { MissingError } from "../../errors.js";
import { playerMime, type PlayerPayload } from "./payload.js";

let script: string | undefined;

/** The player as one script, which defines `evtlabPlayer`. */
export function playerScript(): string {
  const url = new URL("player.bundle.js", import.meta.url);
  try {
    return (script ??= readFileSync(url, "utf8"));
  } catch (cause) {
    throw new MissingError({ where: url.pathname, expected: "the built player", received: "none", next: "Run npm run build", cause });
  }
}

/** The picture and the data of a player, in the place of which {@link startPlayers} puts the player. */
export function embedPlayer(payload: unknown, png: string, alt: string): string {
  return `<img alt="${escapeHtml(alt)}" src="data:image/png;base64,${escapeHtml(png)}"><script type="${playerMime}">${JSON.stringify(payload).replaceAll("<", "\\u003c")}</script>`;
}

/** The end of a page with players: the script, once. */
export function startPlayers(): string {
  return `<script>${playerScript()}\nevtlabPlayer.mountAll();</script>`;
}

/** A page that holds one player. */
export function playerPage(title: string, payload: PlayerPayload, png: Uint8Array): string {
  return page(title, `${embedPlayer(payload, Buffer.from(png).toString("base64"), "events")}\n${startPlayers()}`);
}

/** A page for the recording that its server has. */
export function servedPage(title: string): string {
  return page(title, `<div id="player"></div>\n<script>${playerScript()}\nevtlabPlayer.mountServed(document.getElementById("player"));</script>`);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>
:root { color-scheme: light dark; }
body { margin: 0; padding: 16px; background: #fff; }
@media (prefers-color-scheme: dark) { body { background: #0d1117; } }
img { max-width: 100%; }
</style>
</head>
<body class="evtlab-page">
${body}
</body>
</html>
`;
}
