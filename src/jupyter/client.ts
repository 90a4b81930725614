/**
 * A client of any Jupyter kernel: starts its process, executes code, interrupts, shuts down.
 *
 * No output is lost: queues are unbounded, the subscription is proven before the first cell runs, and an execution is
 * over only when both the reply and the idle status came.
 * @module
 */
import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Dealer, Subscriber } from "zeromq";
import { KernelError } from "../errors.js";
import { endpoint, type ConnectionInfo } from "./connection.js";
import type { InstalledKernel } from "./kernelspecs.js";
import { createMessage, isMessage, type KernelInfo, type Message, type Sender } from "./messages.js";
import { decodeMessage, encodeMessage } from "./wire.js";

export interface StartOptions {
  /** Working folder of the kernel; that of this process when left out. */
  readonly cwd?: string | undefined;
  /** Milliseconds until the kernel must answer. */
  readonly startTimeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ExecuteOptions {
  /** Receives each iopub message of this execution, also one that comes after it ended. */
  readonly onMessage?: (message: Message) => void;
  /** On a failure, abort what is queued behind. */
  readonly stopOnError?: boolean;
}

type Handler = (message: Message) => void;

/** How long an idle status may be missing after the reply while nothing else comes either. */
const silence = 10_000;

/** Another program may take a port after it was found free and before the kernel has it: then it starts anew. */
const mostStarts = 3;

export class KernelClient {
  /** What the kernel says of itself. */
  readonly info: KernelInfo;
  readonly #parts: Parts;

  private constructor(parts: Parts, info: KernelInfo) {
    this.#parts = parts;
    this.info = info;
  }

  /**
   * Starts a kernel and waits until it answers and its output arrives.
   * @throws KernelError with the end of what the process printed, when it exits or stays silent.
   */
  static async start(kernel: InstalledKernel, options: StartOptions = {}): Promise<KernelClient> {
    const { startTimeout = 60_000, signal } = options;
    for (let tries = 1; ; tries++) {
      signal?.throwIfAborted();
      const connection = await freeConnection(kernel.name);
      const parts = connect(connection, kernel, options);
      try {
        return new KernelClient(parts, await greet(parts, startTimeout, signal));
      } catch (error) {
        await parts.process.end();
        close(parts);
        if (tries === mostStarts || !parts.process.foundPortsTaken) throw error;
      }
    }
  }

  /**
   * Executes a cell; resolves with its reply when all of its output has been delivered.
   * @throws KernelError when the kernel dies or never becomes idle.
   */
  async execute(code: string, { onMessage = () => {}, stopOnError = true }: ExecuteOptions = {}): Promise<Message<"execute_reply">> {
    const { process, shell, subscribers, sender } = this.#parts;
    const request = createMessage(sender, "execute_request", {
      code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false, stop_on_error: stopOnError,
    });
    let watchdog: NodeJS.Timeout | undefined;
    let replied = false;
    try {
      return await process.whileAlive(
        new Promise((resolve, reject) => {
          const watch = (): void => {
            clearTimeout(watchdog);
            watchdog = setTimeout(() => reject(noIdle()), silence);
          };
          const idle = new Promise<void>((done) => {
            subscribers.set(request.header.msg_id, (message) => {
              if (replied) watch();
              if (isMessage(message, "status") && message.content.execution_state === "idle") done();
              else onMessage(message);
            });
          });
          const answer = async (): Promise<void> => {
            const reply = await shell.request(request);
            replied = true;
            watch();
            await idle;
            resolve(reply as Message<"execute_reply">);
          };
          answer().catch(reject);
        }),
      );
    } finally {
      clearTimeout(watchdog);
    }
  }

  /** Stops the running cell and keeps the state of the kernel. */
  async interrupt(): Promise<void> {
    const { process, control, sender } = this.#parts;
    if (process.interruptMode === "signal") process.signal("SIGINT");
    else await process.whileAlive(control.request(createMessage(sender, "interrupt_request", {})));
  }

  /** Asks the kernel to end, and ends its process when it does not. Never throws. */
  async shutdown(): Promise<void> {
    const { process, control, sender } = this.#parts;
    const goodbye = control.request(createMessage(sender, "shutdown_request", { restart: false }));
    await Promise.race([goodbye.catch(() => {}), process.exited, delay(2_000, undefined, { ref: false })]);
    await process.end();
    close(this.#parts);
  }
}

interface Parts {
  readonly process: KernelProcess;
  readonly shell: Channel;
  readonly control: Channel;
  readonly iopub: Subscriber;
  readonly subscribers: Map<string, Handler>;
  readonly sender: Sender;
}

function connect(connection: ConnectionInfo, kernel: InstalledKernel, { cwd }: StartOptions): Parts {
  const session = randomUUID();
  const process = new KernelProcess(kernel, connection, cwd);
  const iopub = new Subscriber({ receiveHighWaterMark: 0, linger: 0 });
  iopub.connect(endpoint(connection, "iopub"));
  iopub.subscribe();
  const subscribers = new Map<string, Handler>();
  void (async () => {
    for await (const frames of iopub) {
      const message = decode(frames, connection);
      subscribers.get(message?.parent_header.msg_id ?? "")?.(message!);
    }
  })();
  const channel = (name: "shell" | "control"): Channel => new Channel(connection, name, session);
  return { process, shell: channel("shell"), control: channel("control"), iopub, subscribers, sender: { session, username: "evtlab" } };
}

function close({ shell, control, iopub }: Parts): void {
  shell.close();
  control.close();
  iopub.close();
}

/** Repeats kernel_info until a reply came and, for the same request, a status on iopub: then nothing is missed. */
async function greet(parts: Parts, timeout: number, signal: AbortSignal | undefined): Promise<KernelInfo> {
  const { process, shell, subscribers, sender } = parts;
  const deadline = Date.now() + timeout;
  const ready: { heard?: true; info?: KernelInfo } = {};
  const answered = (message: Message): void => {
    if (isMessage(message, "kernel_info_reply")) ready.info = message.content as unknown as KernelInfo;
  };
  while (!ready.heard || !ready.info) {
    signal?.throwIfAborted();
    if (Date.now() > deadline) {
      throw new KernelError({
        reason: "start", where: process.name, expected: `an answer of the kernel within ${timeout / 1000} s`,
        received: `none${process.lastWords()}`, next: "Try its command by hand, or raise the start timeout",
      });
    }
    const request = createMessage(sender, "kernel_info_request", {});
    subscribers.set(request.header.msg_id, () => (ready.heard = true));
    shell.request(request).then(answered, () => {});
    for (let waited = 0; waited < 500 && !(ready.heard && ready.info); waited += 10) await process.whileAlive(delay(10));
  }
  return ready.info;
}

/** The message, or undefined for frames that no kernel of ours signed: those are not for us. */
function decode(frames: readonly Uint8Array[], connection: ConnectionInfo): Message | undefined {
  try {
    return decodeMessage(frames, connection);
  } catch {
    return undefined;
  }
}

/** A dealer socket: one awaited send at a time, replies by the id of their request. */
class Channel {
  readonly #connection: ConnectionInfo;
  readonly #socket: Dealer;
  readonly #waiting = new Map<string, Handler>();
  #sent: Promise<unknown> = Promise.resolve();

  constructor(connection: ConnectionInfo, name: "shell" | "control", session: string) {
    this.#connection = connection;
    this.#socket = new Dealer({ routingId: session, receiveHighWaterMark: 0, sendHighWaterMark: 0, linger: 0 });
    this.#socket.connect(endpoint(connection, name));
    void this.#receive();
  }

  request(message: Message): Promise<Message> {
    const reply = new Promise<Message>((resolve) => this.#waiting.set(message.header.msg_id, resolve));
    const frames = encodeMessage(message, this.#connection) as Buffer[];
    this.#sent = this.#sent.then(() => this.#socket.send(frames));
    return this.#sent.then(() => reply);
  }

  async #receive(): Promise<void> {
    for await (const frames of this.#socket) {
      const message = decode(frames, this.#connection);
      const id = message?.parent_header.msg_id ?? "";
      this.#waiting.get(id)?.(message!);
      this.#waiting.delete(id);
    }
  }

  close(): void {
    this.#socket.close();
  }
}

/** The process of a kernel and its connection file. */
class KernelProcess {
  readonly name: string;
  readonly interruptMode: "signal" | "message";
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;
  readonly #folder: string;
  #printed = "";
  #failure: Error | undefined;

  constructor(kernel: InstalledKernel, connection: ConnectionInfo, cwd: string | undefined) {
    this.name = `kernel ${kernel.name}`;
    this.interruptMode = kernel.spec.interrupt_mode ?? "signal";
    this.#folder = mkdtempSync(join(tmpdir(), "evtlab-kernel-"));
    const file = join(this.#folder, "connection.json");
    writeFileSync(file, JSON.stringify(connection), { mode: 0o600 });
    const [command, ...args] = kernel.spec.argv.map((part) => part.replaceAll("{connection_file}", file).replaceAll("{resource_dir}", kernel.folder ?? ""));
    // A process group of its own: Ctrl-C in the terminal is ours to handle, and the end takes its children along.
    this.#child = spawn(command!, args, {
      cwd, detached: true, stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...kernel.spec.env, JPY_PARENT_PID: String(process.pid) },
    });
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.on("data", (data: Buffer) => (this.#printed = (this.#printed + data.toString()).slice(-2_000)));
    }
    this.exited = new Promise((resolve) => {
      this.#child.once("error", (error) => {
        this.#failure = error;
        resolve();
      });
      this.#child.once("exit", () => resolve());
    });
  }

  /** The result of `work`, or a KernelError as soon as the process has ended. */
  async whileAlive<Result>(work: Promise<Result>): Promise<Result> {
    return Promise.race([work, this.exited.then(() => Promise.reject(this.#died()))]);
  }

  lastWords(): string {
    const words = this.#printed.trim();
    return words === "" ? "" : `; it printed:\n${words}\n`;
  }

  /** ZeroMQ has these words for it in every language. */
  get foundPortsTaken(): boolean {
    return !this.#running && /address already in use/i.test(this.#printed);
  }

  signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.#child.pid!, signal);
    } catch {
      this.#child.kill(signal);
    }
  }

  /** Waits a moment for the process, then ends it and its children; removes the connection file. */
  async end(): Promise<void> {
    const gone = (milliseconds: number): Promise<unknown> => Promise.race([this.exited, delay(milliseconds, undefined, { ref: false })]);
    if (this.#running) await gone(1_000);
    if (this.#running) {
      this.signal("SIGTERM");
      await gone(1_000);
    }
    if (this.#running) {
      this.signal("SIGKILL");
      await gone(5_000);
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #running(): boolean {
    return this.#failure === undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  #died(): KernelError {
    const { exitCode, signalCode } = this.#child;
    const how = this.#failure?.message ?? (signalCode === null ? `an exit with code ${exitCode}` : `an end by ${signalCode}`);
    return new KernelError({ reason: "died", where: this.name, expected: "a kernel that stays alive", received: `${how}${this.lastWords()}` });
  }
}

function noIdle(): KernelError {
  return new KernelError({ reason: "silent", where: "kernel", expected: "the status idle after the reply", received: `nothing for ${silence / 1000} s` });
}

/** Five free ports, held until all are known, and a fresh key. */
async function freeConnection(name: string): Promise<ConnectionInfo> {
  const servers = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const server = createServer();
      await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  const [shell_port, iopub_port, stdin_port, control_port, hb_port] = servers.map((server) => (server.address() as AddressInfo).port) as [number, number, number, number, number];
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return { transport: "tcp", ip: "127.0.0.1", shell_port, iopub_port, stdin_port, control_port, hb_port, key: randomUUID(), signature_scheme: "hmac-sha256", kernel_name: name };
}
