/**
 * The server behind the page of `evtlab play`: on this machine alone, and for those who know its address.
 * @module
 */
import { randomBytes } from "node:crypto";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Recording } from "../../codecs/index.js";
import type { Frame } from "../../events/schema.js";
import { playedEvents } from "../../plot/player/fit.js";
import { toJpeg } from "../../plot/player/jpeg-frames.js";
import { packEvents } from "../../plot/player/packed-events.js";
import { servedPage } from "../../plot/player/page.js";
import type { ServedPart, ServedRecording } from "../../plot/player/served.js";
import type { Overview } from "./overview.js";

export interface PlayServer {
  readonly url: string;
  close(): Promise<void>;
}

/** What is served. */
export interface Programme {
  readonly recording: Recording;
  readonly overview: Overview;
  readonly frames: readonly Frame[];
  readonly told: ServedRecording;
}

/** More events of one part than these are thinned. */
const mostInPart = 4e6;

export async function servePlayer(programme: Programme): Promise<PlayServer> {
  const token = randomBytes(18).toString("base64url");
  let host = "";
  const server = createServer((request, response) => {
    // Only a page that knows the token is answered, and only under our own name: no other site can reach in.
    const path = request.url ?? "";
    if (request.headers.host !== host || !path.startsWith(`/${token}/`)) return answer(response, 404, "text/plain", "Not found");
    if (request.method !== "GET") return answer(response, 405, "text/plain", "Only GET");
    reply(programme, path.slice(token.length + 2), response).catch((error: unknown) => {
      answer(response, 500, "text/plain; charset=utf-8", error instanceof Error ? error.message : String(error));
    });
  });
  await new Promise<void>((done, fail) => server.once("error", fail).listen(0, "127.0.0.1", done));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: `http://${host}/${token}/`, close: () => closed(server) };
}

async function reply(programme: Programme, path: string, response: ServerResponse): Promise<void> {
  const { told, frames } = programme;
  if (path === "") return answer(response, 200, "text/html; charset=utf-8", servedPage(told.name));
  if (path === "recording") return answer(response, 200, "application/json", JSON.stringify(told));
  const [, kind, digits] = /^(events|frames)\/(\d{1,15})$/.exec(path) ?? [];
  const number = Number(digits);
  if (kind === "frames" && number < frames.length) return answer(response, 200, "image/jpeg", await toJpeg(frames[number]!));
  if (kind === "events" && number * told.part < told.to - told.from) return answer(response, 200, "application/octet-stream", await part(programme, number));
  answer(response, 404, "text/plain", "Not found");
}

async function part({ recording, overview, told }: Programme, number: number): Promise<Uint8Array> {
  const start = told.from + number * told.part;
  const from = overview.origin + BigInt(start);
  const to = from + BigInt(told.part);
  const end = to < overview.to ? to : overview.to;
  const table = overview.table?.between(from, end) ?? (await recording.events({ from, to: end, sort: true }));
  const events = playedEvents(table, mostInPart);
  const head: ServedPart = { events: events.t.length };
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), packEvents(events, start)]);
}

function answer(response: ServerResponse, status: number, type: string, body: string | Uint8Array): void {
  response.writeHead(status, {
    "Content-Type": type,
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; img-src 'self' blob: data:",
  });
  response.end(body);
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}
