/**
 * Hands events from one thread to another through pieces of memory that go back and forth.
 * @module
 */
import { MessageChannel, receiveMessageOnPort, type MessagePort } from "node:worker_threads";
import { columnsIn, eventBytes } from "../events/memory.js";
import type { EventColumns } from "../events/schema.js";

/** So many pieces that neither thread waits for the other as a rule, and that all stay in the cache. */
const pieces = 6;

interface Filled {
  readonly memory: ArrayBuffer;
  readonly events: number;
  /** Where they stand in the columns. */
  readonly place: number;
}

/** The side that puts. */
export interface HandOver {
  readonly port: MessagePort;
  /** How many pieces were given back, for the side that waits. */
  readonly returned: Int32Array;
  /** The most events that are put at once. */
  readonly most: number;
}

export class Putter {
  readonly #handOver: HandOver;
  #made = 0;

  constructor(handOver: HandOver) {
    this.#handOver = handOver;
  }

  put({ t, x, y, p }: EventColumns, place: number): void {
    const memory = this.#free();
    const columns = columnsIn(memory, this.#handOver.most);
    columns.t.set(t);
    columns.x.set(x);
    columns.y.set(y);
    columns.p.set(p);
    this.#handOver.port.postMessage({ memory, events: t.length, place } satisfies Filled, [memory]);
  }

  #free(): ArrayBuffer {
    const { port, returned, most } = this.#handOver;
    for (;;) {
      const known = Atomics.load(returned, 0);
      const message = receiveMessageOnPort(port) as { readonly message: ArrayBuffer } | undefined;
      if (message) return message.message;
      if (this.#made < pieces) {
        this.#made++;
        return new ArrayBuffer(eventBytes * most);
      }
      Atomics.wait(returned, 0, known, 10);
    }
  }
}

/** The side that takes. */
export class Taker {
  readonly #port: MessagePort;
  readonly #most: number;
  readonly #returned = new Int32Array(new SharedArrayBuffer(4));
  /** What the other side is given; its port must be transferred. */
  readonly handOver: HandOver;

  constructor(most: number) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#port.unref();
    this.#most = Math.ceil(most / 8) * 8;
    this.handOver = { port: port2, returned: this.#returned, most: this.#most };
  }

  /** Takes what there is. */
  drain(columns: EventColumns): void {
    for (;;) {
      const message = receiveMessageOnPort(this.#port) as { readonly message: Filled } | undefined;
      if (message === undefined) return;
      const { memory, events, place } = message.message;
      const { t, x, y, p } = columnsIn(memory, this.#most);
      columns.t.set(t.subarray(0, events), place);
      columns.x.set(x.subarray(0, events), place);
      columns.y.set(y.subarray(0, events), place);
      columns.p.set(p.subarray(0, events), place);
      this.#port.postMessage(memory, [memory]);
      Atomics.add(this.#returned, 0, 1);
      Atomics.notify(this.#returned, 0);
    }
  }

  close(): void {
    this.#port.close();
  }
}
