/** Drives a real kernel process over ZeroMQ. */
import { spawn, type ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Dealer, Request, Subscriber } from "zeromq";

import { createMessage, decodeMessage, encodeMessage, endpoint, isChildOf, isMessage, type ConnectionInfo, type Contents, type Header, type Message, type MessageType } from "../../src/jupyter/index.js";

const main = join(import.meta.dirname, "../../dist/kernel-ext/src/main.js");

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise<ReturnType<typeof createServer>>((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => resolve(server));
  })));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

type Reply<Type extends string> = Type extends `${infer Name}_request` ? `${Name}_reply` & MessageType : never;

/** A request and everything the kernel said about it. */
export interface Exchange<Type extends MessageType = MessageType> {
  readonly reply: Message<Type>;
  readonly output: readonly Message[];
}

export interface KernelOptions {
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export class KernelProcess {
  readonly sender = { session: crypto.randomUUID(), username: "test" };
  readonly shell = new Dealer({ receiveHighWaterMark: 0, routingId: this.sender.session });
  readonly control = new Dealer();
  /** A kernel asks the client whose shell has the same identity. */
  readonly stdin = new Dealer({ routingId: this.sender.session });
  readonly iopub = new Subscriber({ receiveHighWaterMark: 0 });
  readonly heartbeat = new Request();
  /** Every message on iopub, in order. */
  readonly published: Message[] = [];
  readonly replies: Message[] = [];
  /** Requests after which the kernel said idle. */
  readonly #idle = new Set<string>();
  readonly questions: Message[] = [];
  stderr = "";
  readonly #changed = new Set<() => void>();
  readonly #scratch: string;

  private constructor(readonly process: ChildProcess, readonly connection: ConnectionInfo, scratch: string) {
    this.#scratch = scratch;
    process.stderr?.on("data", (data) => (this.stderr += data));
    for (const name of ["shell", "control", "stdin", "iopub"] as const) this[name].connect(endpoint(connection, name));
    this.heartbeat.connect(endpoint(connection, "hb"));
    this.iopub.subscribe();
    void this.#collect(this.iopub, this.published);
    void this.#collect(this.shell, this.replies);
    void this.#collect(this.control, this.replies);
    void this.#collect(this.stdin, this.questions);
  }

  static async start({ folder, env = {} }: KernelOptions = {}): Promise<KernelProcess> {
    const scratch = mkdtempSync(join(tmpdir(), "evtlab-kernel-"));
    const [shell_port, iopub_port, stdin_port, control_port, hb_port] = await freePorts(5);
    const connection: ConnectionInfo = { transport: "tcp", ip: "127.0.0.1", shell_port, iopub_port, stdin_port, control_port, hb_port, key: "test-key", signature_scheme: "hmac-sha256" };
    const file = join(scratch, "connection.json");
    writeFileSync(file, JSON.stringify(connection));
    const process = spawn(globalThis.process.execPath, [main, file], { cwd: folder ?? scratch, env: { ...globalThis.process.env, ...env }, stdio: ["ignore", "inherit", "pipe"] });
    const kernel = new KernelProcess(process, connection, scratch);
    await kernel.until(() => kernel.published.some((message) => isMessage(message, "iopub_welcome")), "iopub_welcome");
    return kernel;
  }

  async #collect(socket: Dealer | Subscriber, into: Message[]): Promise<void> {
    for await (const frames of socket) {
      const message = decodeMessage(frames, this.connection);
      into.push(message);
      if (isMessage(message, "status") && message.content.execution_state === "idle") this.#idle.add(message.parent_header.msg_id ?? "");
      for (const check of this.#changed) check();
    }
  }

  /** Waits until the messages so far fulfil a condition. */
  until(condition: () => boolean, what: string, milliseconds = 15_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (error?: Error): void => {
        clearTimeout(timer);
        this.#changed.delete(check);
        if (error === undefined) resolve();
        else reject(error);
      };
      const check = (): void => {
        if (condition()) finish();
      };
      const timer = setTimeout(() => finish(new Error(`No ${what} within ${milliseconds} ms. Kernel said: ${this.stderr}`)), milliseconds);
      this.#changed.add(check);
      check();
    });
  }

  send<Type extends MessageType>(type: Type, content: Contents[Type], channel: "shell" | "control" | "stdin" = "shell", buffers: readonly Uint8Array[] = [], subshell_id?: string): Header {
    const created: Message = createMessage(this.sender, type, content, { buffers });
    const message: Message = { ...created, header: { ...created.header, ...(subshell_id !== undefined && { subshell_id }) } };
    void this[channel].send(encodeMessage(message, this.connection) as Buffer[]);
    return message.header;
  }

  /** What the kernel answered to a request, after it said idle. */
  async answer<Type extends MessageType>(request: Header, milliseconds?: number): Promise<Exchange<Type>> {
    const reply = (): Message | undefined => this.replies.find((m) => isChildOf(m, request));
    await this.until(() => this.#idle.has(request.msg_id) && reply() !== undefined, `answer to ${request.msg_type}`, milliseconds);
    return { reply: reply() as Message<Type>, output: this.outputOf(request) };
  }

  outputOf(request: Header): Message[] {
    return this.published.filter((m) => isChildOf(m, request) && !isMessage(m, "status") && !isMessage(m, "execute_input"));
  }

  request<Type extends MessageType>(type: Type, content: Contents[Type], channel: "shell" | "control" = "shell"): Promise<Exchange<Reply<Type>>> {
    return this.answer(this.send(type, content, channel));
  }

  sendCell(code: string, options: Partial<Contents["execute_request"]> = {}, subshell?: string): Header {
    return this.send("execute_request", { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false, stop_on_error: true, ...options }, "shell", [], subshell);
  }

  execute(code: string, options: Partial<Contents["execute_request"]> = {}, milliseconds?: number): Promise<Exchange<"execute_reply">> {
    return this.answer(this.sendCell(code, options), milliseconds);
  }

  /** Runs a cell that has to succeed; its value as text. */
  async value(code: string): Promise<string | undefined> {
    const { reply, output } = await this.execute(code);
    if (reply.content.status !== "ok") throw new Error(`${JSON.stringify(reply.content)}\n${this.stderr}`);
    const result = output.find((message) => isMessage(message, "execute_result"));
    return result === undefined ? undefined : String((result as Message<"execute_result">).content.data["text/plain"]);
  }

  /** Runs a cell and answers its questions in turn. */
  async answering(code: string, answers: readonly string[]): Promise<Exchange<"execute_reply">> {
    const request = this.sendCell(code, { allow_stdin: true });
    const asked = this.questions.length;
    for (const [i, value] of answers.entries()) {
      await this.until(() => this.questions.length > asked + i, "input_request");
      this.send("input_reply", { value }, "stdin");
    }
    return this.answer(request);
  }

  /** Sends a message that has no reply, and waits until the kernel has handled it. */
  async tell<Type extends MessageType>(type: Type, content: Contents[Type], buffers: readonly Uint8Array[] = []): Promise<Message[]> {
    const request = this.send(type, content, "shell", buffers);
    await this.until(() => this.#idle.has(request.msg_id), `idle after ${type}`);
    return this.outputOf(request);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    if (this.process.exitCode === null) {
      this.process.kill("SIGKILL");
      await ended;
    }
    for (const socket of [this.shell, this.control, this.stdin, this.iopub, this.heartbeat]) socket.close();
    rmSync(this.#scratch, { recursive: true, force: true });
  }
}

/** Text of a stream in an output. */
export function textOf(output: readonly Message[], name: "stdout" | "stderr"): string {
  return output.map((message) => (isMessage(message, "stream") && message.content.name === name ? message.content.text : "")).join("");
}

/** Colours are for people. */
export function plain(lines: readonly string[]): string {
  // eslint-disable-next-line no-control-regex
  return lines.join("\n").replace(/\x1b\[[0-9;]*m/g, "");
}
