/** The packets of an AEDAT4 file: finding, reading and unpacking them, in the memory of the kernel where there is one. */
import { ByteWindow, type ByteSource } from "../bytes/index.js";
import { DecodeError } from "../errors.js";
import { startsWith, type Header, type Stream } from "./aedat4.header.js";
import type { DecodeOptions } from "./codec.js";
import { BrokenBuffer, FlatTable } from "./flatbuffer.js";
import { lz4Slack, unpackLz4, unpackLz4Kernel } from "./lz4.js";
import { report, type KernelMemory } from "./word-decoder.js";
import { unpackZstd } from "./zstd.js";

/** Larger packets, packed or not, are taken as a lie: cameras write packets of some 100 kB. */
export const largestPacket = 1 << 26;
const packetRoom = largestPacket + lz4Slack;

/** Kernel memory that packets are read into and unpacked in: only what is used of it is ever touched. */
export const packetMemory = 2 * packetRoom;

/** A packet of a stream that was asked for. */
export interface Packet {
  readonly stream: Stream;
  /** Where its head stands in the file, and the first byte behind it. */
  readonly position: number;
  readonly end: number;
  /** Valid until the next packet is asked for. */
  readonly table: FlatTable;
}

/** Where a packet is, as an index says. */
export interface PacketPlace {
  readonly position: number;
  readonly size: number;
}

export class PacketReader {
  readonly #source: ByteSource;
  readonly #header: Header;
  readonly #options: DecodeOptions;
  readonly #memory: KernelMemory | undefined;
  readonly #window: ByteWindow;

  constructor(source: ByteSource, header: Header, options: DecodeOptions, memory?: KernelMemory) {
    this.#source = source;
    this.#header = header;
    this.#options = options;
    this.#memory = memory;
    this.#window = new ByteWindow(source, memory?.room.subarray(0, largestPacket));
  }

  /**
   * The packets of the streams that `wanted` takes, in the order of the file: those at `places`, or all from `from` on. Before a fault is reported, `beforeFault`
   * is run with the place of the packet: what was decoded so far is delivered then.
   */
  async *packets(wanted: (stream: Stream) => boolean, { from, places }: { readonly from?: number; readonly places?: readonly PacketPlace[] | undefined } = {}): AsyncGenerator<Packet | PacketFault> {
    const { streams, start } = this.#header;
    const end = Math.min(this.#header.end ?? Infinity, this.#source.size ?? Infinity);
    let next = 0;
    let position = from ?? start;
    while (position < end) {
      this.#options.signal?.throwIfAborted();
      if (places) {
        const place = places[next++];
        if (place === undefined) return;
        position = place.position;
      }
      const fault = (expected: string, received: string) => new PacketFault(position, expected, received, this.#options);
      const head = await this.#window.bytes(position, 8);
      // Of a file that is still written, the rest of a packet is no fault.
      if ((head.length === 0 && end === Infinity) || (head.length < 8 && this.#source.grown)) return;
      if (head.length < 8) {
        yield fault("a packet with a head of 8 bytes", `the end of the file after ${head.length} of them`);
        return;
      }
      const view = new DataView(head.buffer, head.byteOffset, 8);
      const [id, size] = [view.getInt32(0, true), view.getInt32(4, true)];
      const left = end - position - 8;
      if (size < 0 || size > largestPacket || size > left) {
        const room = left < largestPacket ? `, of which ${left} are left` : "";
        yield fault(`a packet of at most ${largestPacket} bytes${room}`, `one of ${size >>> 0}`);
        // Without its size there is no way to the next packet.
        return;
      }
      const stream = streams.find((candidate) => candidate.id === id);
      if (stream === undefined) {
        yield fault(`a packet of stream ${streams.map((known) => known.id).join(", ")}`, `one of stream ${id}`);
      } else if (this.#source.grown && (await this.#window.bytes(position + 8, size)).length < size) {
        return;
      } else if (wanted(stream)) {
        const table = await this.#table(stream, position + 8, size);
        if (typeof table === "string") yield fault(`a packet of ${size} bytes with ${contents[stream.type] ?? "data"}`, table);
        else yield { stream, position, end: position + 8 + size, table };
      }
      position += 8 + size;
    }
  }

  async #table({ type }: Stream, position: number, size: number): Promise<FlatTable | string> {
    const packed = await this.#window.bytes(position, size);
    if (packed.length < size) return `the end of the file after ${packed.length} bytes`;
    const packet = await this.#unpack(packed);
    if (typeof packet === "string") return packet;
    if (!startsWith(packet.subarray(8), type)) return `no packet of type ${type}`;
    try {
      return FlatTable.root(packet.subarray(4));
    } catch (error) {
      if (error instanceof BrokenBuffer) return error.message;
      throw error;
    }
  }

  /** Unpacks the table of packets at the end of the file, or anything else that is packed like a packet. */
  async unpacked(position: number, size: number): Promise<Uint8Array | string> {
    const packed = await this.#window.bytes(position, size);
    return packed.length < size ? "the end of the file" : this.#unpack(packed);
  }

  async #unpack(packed: Uint8Array): Promise<Uint8Array | string> {
    const memory = this.#memory;
    switch (this.#header.compression) {
      case "none":
        return packed;
      case "lz4":
      case "lz4 high":
        return memory && packed.buffer === memory.room.buffer
          ? unpackLz4Kernel(memory.kernels, packed, memory.room.subarray(packetRoom, packetRoom + largestPacket))
          : unpackLz4(packed, largestPacket);
      case "zstd":
      case "zstd high":
        return unpackZstd(packed, largestPacket);
    }
  }
}

export const contents: Readonly<Record<string, string>> = {
  EVTS: "events",
  TRIG: "triggers",
  FRME: "a frame",
  IMUS: "inertial samples",
};

/** Something wrong with a packet: the reader delivers what it has, then reports it. */
export class PacketFault {
  readonly position: number;
  readonly #expected: string;
  readonly #received: string;
  readonly #options: DecodeOptions;

  constructor(position: number, expected: string, received: string, options: DecodeOptions) {
    this.position = position;
    this.#expected = expected;
    this.#received = received;
    this.#options = options;
  }

  /** Throws, or hands the fault to `onSkip`. */
  report(): void {
    const { position: byteOffset } = this;
    report(new DecodeError({ codec: "aedat4", byteOffset, expected: this.#expected, received: this.#received }), this.#options);
  }
}

/** Runs `decode`, and returns what it says is wrong with the packet, or that an offset in it leads astray. */
export function checked<Result>(decode: () => Result): Result | BrokenBuffer {
  try {
    return decode();
  } catch (error) {
    if (error instanceof BrokenBuffer) return error;
    throw error;
  }
}
