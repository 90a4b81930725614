/**
 * Events that a server hands out in parts: `evtlab play`.
 * @module
 */
import { unpackEvents } from "../packed-events.js";
import type { ServedPart, ServedRecording } from "../served.js";
import { embeddedFrames } from "./frames.js";
import type { Chunk, PlayerSource } from "./source.js";

/** No more events than these stay in memory, but for the parts in view. */
const keptEvents = 16e6;

/** @throws Error with a sentence for people. */
export async function servedSource(): Promise<PlayerSource> {
  const recording = (await (await get("recording")).json()) as ServedRecording;
  const { sensor, from, to, part, rate, start, note, events } = recording;
  const last = Math.max(0, Math.ceil((to - from) / part) - 1);
  const loaded = new Map<number, Chunk>();
  const loading = new Set<number>();

  async function load(index: number): Promise<void> {
    loading.add(index);
    try {
      const bytes = new Uint8Array(await (await get(`events/${index}`)).arrayBuffer());
      const end = bytes.indexOf(10);
      const { events } = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as ServedPart;
      const begin = from + index * part;
      loaded.set(index, { from: begin, to: begin + part, events: unpackEvents(bytes.subarray(end + 1), events, begin, sensor) });
      source.onNews();
    } catch (error) {
      source.onNews(error instanceof Error ? error : new Error(String(error)));
    } finally {
      loading.delete(index);
    }
  }

  function forget(first: number, end: number): void {
    let kept = 0;
    // The order of the map is that of use: the newest last.
    for (const [index, chunk] of [...loaded].reverse()) {
      kept += chunk.events.t.length;
      if (kept > keptEvents && (index < first || index > end)) loaded.delete(index);
    }
  }

  const source: PlayerSource = {
    sensor, from, to, start, note, rate,
    frames: recording.frames.length === 0 ? undefined : embeddedFrames(recording.frames.map((t, i) => ({ t, bytes: async () => new Uint8Array(await (await get(`frames/${i}`)).arrayBuffer()) }))),
    chunks(begin, end) {
      const first = Math.min(last, Math.max(0, Math.floor((begin - from) / part)));
      const final = Math.max(first, Math.min(last, Math.ceil((end - from) / part) - 1));
      const chunks: Chunk[] = [];
      let complete = true;
      for (let index = first; index <= Math.min(last, final + 1); index++) {
        const chunk = loaded.get(index);
        if (!chunk) {
          // One part ahead is fetched as well.
          if (!loading.has(index) && loading.size < 4) void load(index);
          if (index <= final) complete = false;
          continue;
        }
        if (index <= final) chunks.push(chunk);
        loaded.delete(index);
        loaded.set(index, chunk);
      }
      forget(first, final + 1);
      return { chunks, complete };
    },
    onNews: () => {},
    dispose: () => loaded.clear(),
  };
  document.title = `${recording.name}: ${events.toLocaleString("en")} events`;
  return source;
}

async function get(path: string): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path);
  } catch {
    throw new Error("evtlab play has ended; start it again.");
  }
  if (answer.ok) return answer;
  throw new Error((await answer.text()).slice(0, 1000));
}
