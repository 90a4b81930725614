/** Bytes behind HTTP: by ranges where the server gives them, otherwise as a stream. */
import { SourceError } from "../errors.js";
import type { ByteSource } from "./source.js";
import { streamSource } from "./stream.js";

/** Bytes asked for at once: small reads are served from the last range. */
const rangeBytes = 1 << 20;

/**
 * Opens a URL. A server that answers ranges is read like a file, in pieces of at least 1 MiB; one that ignores them
 * is read as a stream.
 * @throws SourceError when the server cannot be reached or does not answer with the content.
 */
export async function urlSource(url: string | URL): Promise<ByteSource> {
  const name = String(url);
  const close = new AbortController();

  async function request(from: number, to: number): Promise<Response> {
    const response = await fetch(url, { headers: { range: `bytes=${from}-${to - 1}` }, signal: close.signal }).catch(
      (cause: unknown) => {
        const detail = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
        throw new SourceError({
          where: name,
          expected: "an answer",
          received: detail instanceof Error ? detail.message : String(detail),
          next: "Check the address and the connection",
          cause,
        });
      },
    );
    if (response.ok || response.status === 416) return response;
    await response.body?.cancel();
    throw new SourceError({
      where: name,
      expected: "the content (status 200 or 206)",
      received: `status ${response.status} ${response.statusText}`,
    });
  }

  async function range(response: Response, from: number, to: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(await response.arrayBuffer());
    const came = contentRange(response);
    if (came?.from !== from || bytes.length !== to - from) {
      throw new SourceError({
        where: name,
        expected: `bytes ${from} to ${to}`,
        received: `${bytes.length} bytes, content-range ${response.headers.get("content-range")}`,
        next: "The file may have changed while it was read: try again",
      });
    }
    return bytes;
  }

  const first = await request(0, rangeBytes);
  const size = contentRange(first)?.size;
  if (first.status !== 206 || size === undefined) {
    if (first.status === 416 || first.body === null) {
      await first.body?.cancel();
      return streamSource(noBytes(), name);
    }
    return streamSource(first.body as AsyncIterable<Uint8Array>, name);
  }
  let last = await range(first, 0, Math.min(size, rangeBytes));
  let lastPosition = 0;

  return {
    name,
    size,
    async read(target, position) {
      let filled = 0;
      const wanted = Math.min(target.length, Math.max(0, size - position));
      while (filled < wanted) {
        const at = position + filled;
        if (at < lastPosition || at >= lastPosition + last.length) {
          const to = Math.min(size, at + Math.max(rangeBytes, wanted - filled));
          const bytes = await range(await request(at, to), at, to);
          last = bytes;
          lastPosition = at;
        }
        const part = last.subarray(at - lastPosition, at - lastPosition + wanted - filled);
        target.set(part, filled);
        filled += part.length;
      }
      return filled;
    },
    async close() {
      close.abort();
    },
  };
}

function contentRange(response: Response): { from: number; size: number | undefined } | undefined {
  const match = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get("content-range") ?? "");
  return match ? { from: Number(match[1]), size: match[2] === "*" ? undefined : Number(match[2]) } : undefined;
}

async function* noBytes(): AsyncGenerator<Uint8Array> {}
