import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import {
  fileSink, fileSource, memorySource, openSource, streamSource, urlSource, type ByteSource,
} from "../../src/bytes/index.js";
import { readEvents, writeEvents } from "../../src/codecs/index.js";
import { EventTable } from "../../src/events/index.js";

const content = Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * 7919) >> 3);

async function read(source: ByteSource, position: number, length: number): Promise<Uint8Array> {
  const target = new Uint8Array(length);
  return target.subarray(0, await source.read(target, position));
}

/** What every source promises, as far as it can be read in order. */
async function checkSequential(source: ByteSource): Promise<void> {
  assert.deepEqual(await read(source, 0, 16), content.subarray(0, 16));
  assert.deepEqual(await read(source, 0, 4096), content.subarray(0, 4096));
  assert.deepEqual(await read(source, 100_000, 1_500_000), content.subarray(100_000, 1_600_000));
  assert.deepEqual(await read(source, 2_999_990, 100), content.subarray(2_999_990), "fewer bytes only at the end");
  assert.equal((await read(source, 3_000_000, 10)).length, 0);
  assert.equal((await read(source, 4_000_000, 10)).length, 0);
}

describe("byte sources", () => {
  let folder: string;
  let file: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "evtlab-bytes-"));
    file = join(folder, "content");
    await writeFile(file, content);
  });
  after(() => rm(folder, { recursive: true }));

  it("reads files and memory anywhere", async () => {
    for (const source of [await fileSource(file), memorySource(content)]) {
      assert.equal(source.size, content.length);
      await checkSequential(source);
      assert.deepEqual(await read(source, 5, 5), content.subarray(5, 10));
      await source.close();
    }
  });

  it("reads streams in order, and their start again", async () => {
    const source = streamSource(Readable.from([content.subarray(0, 10), content.subarray(10, 70_000), content.subarray(70_000)]));
    await checkSequential(source);
    await assert.rejects(read(source, 70_000, 1), /A stream can be read once only/);
    await source.close();
  });

  it("names the file and the reason when there is none", async () => {
    await assert.rejects(fileSource(join(folder, "absent.raw")), (error: { tag: string; message: string }) => {
      assert.equal(error.tag, "SourceError");
      assert.match(error.message, /absent\.raw: expected a readable file, got no file of that name in \//);
      return true;
    });
    await assert.rejects(fileSource(folder), /expected a file, got a folder/);
  });

  it("opens paths, file URLs, bytes, streams and sources alike", async () => {
    const own = memorySource(content);
    assert.equal(await openSource(own), own);
    for (const from of [file, new URL(`file://${file}`), content, content.buffer, Readable.from([content])]) {
      const source = await openSource(from);
      assert.deepEqual(await read(source, 0, 100), content.subarray(0, 100));
      await source.close();
    }
    await assert.rejects(openSource(5 as never), /expected a path, URL, bytes, stream or byte source, got number/);
  });

  it("writes beside and renames, and leaves nothing behind when it is given up", async () => {
    const path = join(folder, "made", "on", "demand.bin");
    const sink = await fileSink(path);
    await sink.write(content.subarray(0, 100));
    await assert.rejects(readFile(path), /ENOENT/);
    await sink.close();
    assert.deepEqual(new Uint8Array(await readFile(path)), content.subarray(0, 100));
    const given = await fileSink(path);
    await given.write(content.subarray(0, 5));
    await given.abort();
    assert.deepEqual(await readdir(join(folder, "made", "on")), ["demand.bin"]);
    assert.equal((await readFile(path)).length, 100);
  });

  it("leaves no file when events cannot be written", async () => {
    const path = join(folder, "refused.raw");
    const columns = { t: BigInt64Array.of(1n << 50n), x: Uint16Array.of(1), y: Uint16Array.of(1), p: Uint8Array.of(1) };
    await assert.rejects(writeEvents(EventTable.from(columns), path), /Write with `shift: true`/);
    assert.deepEqual((await readdir(folder)).filter((name) => name.startsWith("refused")), []);
    await writeEvents(EventTable.from(columns), path, { shift: true });
    assert.equal((await readEvents(path)).t[0], 0n);
  });
});

describe("URLs", () => {
  let server: Server;
  let address: string;
  const requests: (string | undefined)[] = [];

  before((done) => {
    server = createServer((request, response) => {
      requests.push(request.headers.range);
      const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "");
      if (request.url === "/missing") response.writeHead(404).end();
      else if (request.url === "/whole" || !range) response.end(content);
      else {
        const from = Number(range[1]);
        const to = Math.min(Number(range[2]) + 1, content.length);
        response.writeHead(206, { "content-range": `bytes ${from}-${to - 1}/${content.length}` }).end(content.subarray(from, to));
      }
    }).listen(0, "127.0.0.1", () => {
      address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      done();
    });
  });
  after((done) => {
    server.closeAllConnections();
    server.close(done);
  });

  it("are read by ranges, small reads together", async () => {
    requests.length = 0;
    const source = await openSource(`${address}/ranges`);
    assert.equal(source.size, content.length);
    for (let at = 0; at < 1000; at++) assert.equal((await read(source, at * 8, 8)).length, 8);
    assert.equal(requests.length, 1);
    await checkSequential(source);
    assert.deepEqual(await read(source, 20, 20), content.subarray(20, 40), "back to the start");
    await source.close();
  });

  it("are read as a stream when the server ignores ranges", async () => {
    const source = await urlSource(`${address}/whole`);
    assert.equal(source.size, undefined);
    await checkSequential(source);
    await source.close();
  });

  it("say what the server answered", async () => {
    await assert.rejects(urlSource(`${address}/missing`), /\/missing: expected the content \(status 200 or 206\), got status 404/);
    await assert.rejects(urlSource("http://127.0.0.1:1/"), (error: { tag: string }) => error.tag === "SourceError");
  });
});
