/**
 * Comms: channels between an object in a cell and one in the front end, with JSON and bytes in both directions.
 * Source: https://jupyter-client.readthedocs.io/en/stable/messaging.html#custom-messages
 * @module
 */
import type { JsonObject } from "../../../src/jupyter/index.js";
import type { CommFrame } from "../pipe.js";
import { currentCell, inCell } from "./current.js";
import { report } from "./output.js";

export interface CommMessage {
  readonly data: JsonObject;
  readonly buffers: readonly Uint8Array[];
}

export interface CommOptions {
  readonly data?: JsonObject;
  readonly metadata?: JsonObject;
  readonly buffers?: readonly Uint8Array[];
}

type Step = CommFrame["step"];

const comms = new Map<string, Comm>();
const targets = new Map<string, (comm: Comm, message: CommMessage) => void>();

/** One end of a channel; the other is in the front end. */
export class Comm {
  /** Called with what the front end sends. */
  onMessage: ((message: CommMessage) => void) | undefined;
  /** Called when the front end closes the channel. */
  onClose: ((message: CommMessage) => void) | undefined;

  /** @internal Use {@link openComm}. */
  constructor(
    readonly id: string,
    readonly target: string,
  ) {
    comms.set(id, this);
  }

  /** False when either end has closed it. */
  get open(): boolean {
    return comms.get(this.id) === this;
  }

  /** @throws Error when the channel is closed. */
  send(data: JsonObject, buffers: readonly Uint8Array[] = []): void {
    if (!this.open) throw new Error(`The comm "${this.target}" is closed: open another one.`);
    send("msg", this, { data, buffers });
  }

  close(data: JsonObject = {}): void {
    if (!this.open) return;
    comms.delete(this.id);
    send("close", this, { data });
  }
}

/** Opens a channel to the `target` of the front end, for example "jupyter.widget". */
export function openComm(target: string, options: CommOptions = {}): Comm {
  const comm = new Comm(crypto.randomUUID().replaceAll("-", ""), target);
  send("open", comm, options);
  return comm;
}

/** From now on `opened` hears of every channel that the front end opens to `target`. */
export function onCommOpen(target: string, opened: (comm: Comm, message: CommMessage) => void): void {
  targets.set(target, opened);
}

/** A message from the front end: what its handler writes belongs to it. */
export function receiveComm({ step, id, target, cell, data, buffers }: CommFrame): void {
  const message = { data, buffers };
  try {
    inCell(cell, () => {
      if (step === "open") {
        const opened = targets.get(target);
        if (opened === undefined) report({ type: "comm", step: "close", id, target, cell, data: {}, metadata: {}, buffers: [] });
        else opened(new Comm(id, target), message);
        return;
      }
      const comm = comms.get(id);
      if (step === "close") comms.delete(id);
      (step === "close" ? comm?.onClose : comm?.onMessage)?.(message);
    });
  } finally {
    report({ type: "handled", cell });
  }
}

function send(step: Step, { id, target }: Comm, { data = {}, metadata = {}, buffers = [] }: CommOptions): void {
  report({ type: "comm", step, id, target, cell: currentCell(), data, metadata, buffers });
}
