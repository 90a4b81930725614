/**
 * The five sockets of a kernel.
 *
 * Sends on one socket wait for each other: ZeroMQ.js refuses a send while another is under way, and output would be
 * lost. Without a high-water mark ZeroMQ itself never drops a message either.
 * @module
 */
import { Router, XPublisher } from "zeromq";

import { KernelError } from "../../src/errors.js";
import { endpoint, type Channel, type ConnectionInfo } from "../../src/jupyter/index.js";
import { Release } from "./release.js";

const unlimited = { sendHighWaterMark: 0, receiveHighWaterMark: 0, linger: 2000 } as const;

export type RequestChannel = "shell" | "control" | "stdin";

export class Sockets {
  readonly #sockets = {
    shell: new Router(unlimited),
    control: new Router(unlimited),
    stdin: new Router(unlimited),
    hb: new Router(unlimited),
    iopub: new XPublisher({ ...unlimited, verbosity: "allSubs" }),
  };
  readonly #release = new Release({ queued: true });
  readonly #lastSend = new Map<Channel, Promise<void>>();

  /** @throws KernelError when another program has one of the ports. */
  async bind(connection: ConnectionInfo): Promise<void> {
    const bound = (Object.keys(this.#sockets) as Channel[]).map(async (channel) => {
      const address = endpoint(connection, channel);
      await this.#sockets[channel].bind(address).catch((cause: Error) => {
        throw new KernelError({ reason: "start", where: `${channel} of the connection file`, expected: `${address} for this kernel alone`, received: `"${cause.message}"`, next: "Start the kernel again: it is given other ports", cause });
      });
    });
    await Promise.all(bound);
    void this.#answerHeartbeats();
  }

  /** Sends after everything that was sent on this channel before. */
  send(channel: Channel, frames: readonly Uint8Array[]): Promise<void> {
    const socket = this.#sockets[channel];
    const sent = (this.#lastSend.get(channel) ?? Promise.resolve()).then(async () => {
      if (socket.closed) return;
      await socket.send(frames as Buffer[]);
      this.#release.passed(frames.reduce((bytes, frame) => bytes + frame.byteLength, 0));
    });
    this.#lastSend.set(channel, sent.catch(() => undefined));
    return sent;
  }

  /** Requests of a client, until the sockets close. */
  requests(channel: RequestChannel): AsyncIterable<Uint8Array[]> {
    return this.#sockets[channel];
  }

  /** Topics to which a client has just subscribed. */
  async *subscriptions(): AsyncGenerator<string> {
    for await (const [frame] of this.#sockets.iopub) {
      if (frame[0] === 1) yield frame.subarray(1).toString();
    }
  }

  /** Sends what is waiting, then closes. */
  async close(): Promise<void> {
    await Promise.all(this.#lastSend.values());
    for (const socket of Object.values(this.#sockets)) socket.close();
  }

  async #answerHeartbeats(): Promise<void> {
    for await (const frames of this.#sockets.hb) await this.send("hb", frames);
  }
}
