/**
 * The kernel: answers the messages of the Jupyter protocol.
 * @module
 */
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";

import {
  createMessage,
  decodeMessage,
  encodeMessage,
  isMessage,
  protocolVersion,
  type ConnectionInfo,
  type Contents,
  type ErrorReply,
  type Header,
  type JsonObject,
  type KernelInfo,
  type Message,
  type MessageType,
} from "../../src/jupyter/index.js";
import { DebugAdapter } from "./debugger/adapter.js";
import { describe } from "./describe.js";
import { interruption, plainError } from "./errors.js";
import { History } from "./history.js";
import { Language } from "./language/client.js";
import type { Prepared, Typecheck } from "./language/service.js";
import { codePoints, utf16Offset } from "./offsets.js";
import type { CommFrame } from "./pipe.js";
import { Session, type CellOutcome, type Output } from "./session.js";
import { Shells, unknownSubshell, type Shell } from "./shells.js";
import { Sockets } from "./sockets.js";
import { StreamBuffer } from "./stream-buffer.js";

type Request = Message & { readonly channel: "shell" | "control" | "stdin" };
type ExecuteRequest = Request & Message<"execute_request">;

const require = createRequire(import.meta.url);
const packageVersion = (specifier: string): string => (require(specifier) as { version: string }).version;

const kernelInfo = (): KernelInfo => ({
  protocol_version: protocolVersion,
  implementation: "evtlab",
  implementation_version: packageVersion("evtlab/package.json"),
  language_info: {
    name: "typescript",
    version: packageVersion("typescript/package.json"),
    mimetype: "text/typescript",
    file_extension: ".ts",
    pygments_lexer: "typescript",
    codemirror_mode: { name: "javascript", typescript: true },
    nbconvert_exporter: "script",
  },
  banner: "evtlab: TypeScript for event cameras",
  supported_features: ["debugger", "kernel subshells"],
  help_links: [{ text: "TypeScript", url: "https://www.typescriptlang.org/docs/" }],
});

function typecheckSetting(): Typecheck {
  const { EVTLAB_TYPECHECK: setting = "error" } = process.env;
  if (setting !== "error" && setting !== "warn" && setting !== "off") {
    throw new Error(`EVTLAB_TYPECHECK: expected error, warn or off, got "${setting}".`);
  }
  return setting;
}

/** The request that output answers, and the client that can be asked for input. */
interface Cause {
  readonly header: Header;
  readonly client?: Request["identities"];
}

/** Larger cells are data and not code: checking them would take all memory. */
const largestCell = 16e6;
const noInput = "This front end takes no input (allow_stdin is false): give the value as a parameter instead.";

/** `name?` and `?name`, which are no TypeScript: what is `name`? */
function nameInQuestion(code: unknown): string | undefined {
  const [, behind, before] = /^\s*(?:([\p{L}_$][\p{L}\p{N}_$.]*)\s*\?{1,2}|\?{1,2}\s*([\p{L}_$][\p{L}\p{N}_$.]*))\s*$/u.exec(typeof code === "string" && code.length < 1000 ? code : "") ?? [];
  return behind ?? before;
}

/** For those who come from IPython, and for notebooks of Python that were opened with this kernel. */
function habits(code: string): string[] {
  if (/^(?:import [\w.]+(?: as \w+)?|from [\w.]+ import .+|def \w+\(.*:)\s*$/m.test(code)) return ["This looks like Python. Cells of this kernel are TypeScript: choose the kernel of the notebook's language."];
  return /^\s*[%!]\w/.test(code) ? ["Cells are TypeScript, without magics: execSync of node:child_process runs a program, console.time measures."] : [];
}

export class Kernel {
  readonly #sender = { session: crypto.randomUUID(), username: "kernel" };
  readonly #sockets = new Sockets();
  readonly #history = new History();
  readonly #language: Language;
  readonly #session: Session;
  readonly #output = new StreamBuffer((output) => this.#publishOutput(output));
  /** What caused each execution: its output belongs to that, however late. */
  readonly #parents = new Map<number, Cause>();
  /** The status "starting" was told, or is told too late: a request has come. */
  #hasStarted = false;
  /** Executions that have not reached the child, and how to give them up. */
  readonly #compiling = new Map<number, () => void>();
  readonly #comms = new Map<string, { readonly target_name: string }>();
  readonly #shells = new Shells<ExecuteRequest>();
  readonly #debugger = new DebugAdapter(
    () => this.#session.inspector,
    (event) => this.#publish("debug_event", event, this.#shells.main.running),
  );
  #connection!: ConnectionInfo;
  #executions = 0;
  #executionCount = 0;

  constructor(folder: string) {
    // Both start now and side by side.
    this.#session = new Session(folder, {
      onOutput: (output) => this.#output.push(output),
      onLoss: () => this.#lost(),
      onInspectorEvent: (event) => this.#debugger.onEvent(event),
    });
    this.#language = new Language({ folder, typecheck: typecheckSetting() });
  }

  /** Answers until a shutdown request comes. */
  async listen(connection: ConnectionInfo): Promise<void> {
    this.#connection = connection;
    await this.#sockets.bind(connection);
    await Promise.all([this.#welcome(), this.#receive("shell"), this.#receive("control"), this.#receive("stdin")]);
  }

  interrupt(): void {
    for (const giveUp of this.#compiling.values()) giveUp();
    this.#session.interrupt();
  }

  async shutdown(): Promise<void> {
    this.#session.close();
    this.#language.close();
    await this.#sockets.close();
    process.exit(0);
  }

  async #welcome(): Promise<void> {
    for await (const subscription of this.#sockets.subscriptions()) {
      this.#publish("iopub_welcome", { subscription }, undefined, { topic: subscription });
      // Nobody would have heard it before, and who subscribes is to hear the welcome first.
      if (!this.#hasStarted) this.#publish("status", { execution_state: "starting" }, undefined);
      this.#hasStarted = true;
    }
  }

  async #receive(channel: Request["channel"]): Promise<void> {
    for await (const frames of this.#sockets.requests(channel)) {
      let request: Request;
      try {
        request = { ...decodeMessage(frames, this.#connection), channel };
      } catch (error) {
        // The protocol has no answer to a message that cannot be read or is not signed.
        console.error(error instanceof Error ? error.message : error);
        continue;
      }
      this.#hasStarted = true;
      if (isMessage(request, "execute_request") && this.#enqueue(request)) continue;
      if (isMessage(request, "input_reply")) this.#session.answer({ type: "answer", value: String(request.content.value) });
      else void this.#handle(request);
    }
  }

  /** Everything but cells is answered at once, while a cell runs too. */
  async #handle(request: Request): Promise<void> {
    this.#publish("status", { execution_state: "busy" }, request.header);
    try {
      await this.#answer(request);
    } catch (error) {
      const content = { ename: "KernelError", evalue: error instanceof Error ? error.message : String(error), traceback: [] };
      const type = request.header.msg_type.replace(/_request$/, "_reply") as MessageType;
      this.#reply(request, type, { status: "error", ...content } as unknown as Contents[MessageType]);
    }
    this.#publish("status", { execution_state: "idle" }, request.header);
    // Front ends show the last state they see: a cell still runs.
    const { running } = this.#shells.find(request.header.subshell_id) ?? {};
    if (running !== undefined) this.#publish("status", { execution_state: "busy" }, running);
    if (isMessage(request, "shutdown_request")) await this.shutdown();
  }

  async #answer(request: Request): Promise<void> {
    if (isMessage(request, "kernel_info_request")) this.#reply(request, "kernel_info_reply", { status: "ok", ...kernelInfo() });
    else if (isMessage(request, "is_complete_request")) this.#reply(request, "is_complete_reply", await this.#language.ask("isComplete", request.content.code));
    else if (isMessage(request, "complete_request")) await this.#complete(request);
    else if (isMessage(request, "inspect_request")) await this.#inspect(request);
    else if (isMessage(request, "history_request")) this.#reply(request, "history_reply", { status: "ok", history: this.#history.find(request.content) });
    else if (isMessage(request, "comm_info_request")) this.#commInfo(request);
    else if (isMessage(request, "comm_open") || isMessage(request, "comm_msg") || isMessage(request, "comm_close")) await this.#receiveComm(request);
    else if (isMessage(request, "interrupt_request")) {
      this.interrupt();
      this.#reply(request, "interrupt_reply", { status: "ok" });
    } else if (isMessage(request, "create_subshell_request")) this.#reply(request, "create_subshell_reply", { status: "ok", subshell_id: this.#shells.create() });
    else if (isMessage(request, "list_subshell_request")) this.#reply(request, "list_subshell_reply", { status: "ok", subshell_id: this.#shells.subshells });
    else if (isMessage(request, "delete_subshell_request")) {
      for (const waiting of this.#shells.delete(request.content.subshell_id).waiting.splice(0)) this.#abort(waiting);
      this.#reply(request, "delete_subshell_reply", { status: "ok" });
    } else if (isMessage(request, "debug_request")) this.#reply(request, "debug_reply", await this.#debugger.answer(request.content));
    else if (isMessage(request, "shutdown_request")) {
      this.#reply(request, "shutdown_reply", { status: "ok", restart: request.content.restart });
    } else if (isMessage(request, "execute_request")) throw new Error(unknownSubshell(String(request.header.subshell_id)));
    else throw new Error(`This kernel knows no message of type "${request.header.msg_type}" on ${request.channel}.`);
  }

  #commInfo(request: Request & Message<"comm_info_request">): void {
    const { target_name: target } = request.content;
    const comms = [...this.#comms].filter(([, comm]) => target === undefined || comm.target_name === target);
    this.#reply(request, "comm_info_reply", { status: "ok", comms: Object.fromEntries(comms) });
  }

  async #receiveComm(request: Request & Message<"comm_open" | "comm_msg" | "comm_close">): Promise<void> {
    const { comm_id: id, data = {} } = request.content;
    const step = request.header.msg_type.slice("comm_".length) as CommFrame["step"];
    const target = isMessage(request, "comm_open") ? (request as Message<"comm_open">).content.target_name : (this.#comms.get(id)?.target_name ?? "");
    if (step === "open") this.#comms.set(id, { target_name: target });
    else if (step === "close") this.#comms.delete(id);
    const cell = ++this.#executions;
    this.#parents.set(cell, { header: request.header });
    await this.#session.handle({ type: "comm", step, id, target, cell, data, metadata: request.metadata, buffers: request.buffers });
    this.#output.flush();
  }

  /** The process that ran the cells has ended, and with it all that it held. */
  #lost(): void {
    void this.#language.ask("forget");
    for (const comm_id of this.#comms.keys()) this.#publish("comm_close", { comm_id, data: {} }, undefined);
    this.#comms.clear();
    void this.#debugger.reattach();
  }

  async #complete(request: Request & Message<"complete_request">): Promise<void> {
    const { code, cursor_pos } = request.content;
    const { matches, start, end } = await this.#language.ask("complete", code, utf16Offset(code, cursor_pos));
    const cursor_start = codePoints(code, start);
    const cursor_end = codePoints(code, end);
    this.#reply(request, "complete_reply", {
      status: "ok",
      matches: matches.map(({ text }) => text),
      cursor_start,
      cursor_end,
      metadata: { _jupyter_types_experimental: matches.map(({ text, kind }) => ({ text, type: kind, start: cursor_start, end: cursor_end })) },
    });
  }

  async #inspect(request: Request & Message<"inspect_request">): Promise<void> {
    const { code, cursor_pos, detail_level } = request.content;
    const found = await describe(this.#language, code, utf16Offset(code, cursor_pos), detail_level === 1);
    this.#reply(request, "inspect_reply", found === undefined ? { status: "ok", found: false, data: {}, metadata: {} } : { status: "ok", found: true, data: found.data, metadata: { evtlab: found.explanation as unknown as JsonObject } });
  }

  /** False when the request names a subshell that is not there. */
  #enqueue(request: ExecuteRequest): boolean {
    const shell = this.#shells.find(request.header.subshell_id);
    shell?.waiting.push(request);
    if (shell !== undefined && shell.running === undefined) void this.#runWaiting(shell);
    return shell !== undefined;
  }

  async #runWaiting(shell: Shell<ExecuteRequest>): Promise<void> {
    const { waiting } = shell;
    for (let request = waiting.shift(); request !== undefined; request = waiting.shift()) {
      shell.running = request.header;
      this.#publish("status", { execution_state: "busy" }, request.header);
      const started = new Date().toISOString();
      const content = await this.#execute(request);
      const abort = content.status === "error" && request.content.stop_on_error !== false ? await this.#takeWaiting(shell) : [];
      if (content.status === "error" && request.content.silent !== true) {
        const { ename, evalue, traceback } = content;
        this.#publish("error", { ename, evalue, traceback }, request.header);
      }
      // Front ends that show how long a cell took count from this time.
      this.#reply(request, "execute_reply", content, { started });
      this.#publish("status", { execution_state: "idle" }, request.header);
      for (const aborted of abort) this.#abort(aborted);
      shell.running = undefined;
    }
  }

  /**
   * Cells that were sent before this one failed. They are taken before anybody is told: a client that sends the next cell
   * when it sees the error, or waits for the reply, is never surprised.
   */
  async #takeWaiting({ waiting }: Shell<ExecuteRequest>): Promise<ExecuteRequest[]> {
    await sleep(1);
    return waiting.splice(0);
  }

  #abort(request: Request): void {
    this.#publish("status", { execution_state: "busy" }, request.header);
    this.#reply(request, "execute_reply", { status: "aborted" });
    this.#publish("status", { execution_state: "idle" }, request.header);
  }

  async #execute(request: ExecuteRequest): Promise<Contents["execute_reply"]> {
    const { code, silent = false, store_history = true, user_expressions = {}, allow_stdin = false } = request.content;
    const counted = store_history && !silent;
    if (counted) this.#executionCount++;
    if (counted && typeof code === "string" && code.length <= largestCell) this.#history.add(this.#executionCount, code);
    const execution_count = this.#executionCount;
    const { header } = request;
    const aside = typeof header.subshell_id === "string";
    if (!silent) this.#publish("execute_input", { code, execution_count }, header);

    const name = nameInQuestion(code);
    if (name !== undefined) {
      const { data } = (await describe(this.#language, name, name.length, code.includes("??"))) ?? { data: { "text/plain": `Nothing here is called ${name}.` } };
      return { status: "ok", execution_count, user_expressions: {}, payload: [{ source: "page", start: 0, data }] };
    }
    const outcome = await this.#run(code, counted ? `cell ${execution_count}` : "cell", aside, silent ? undefined : { header, ...(allow_stdin && { client: request.identities }) });
    if (outcome.error !== undefined) {
      return { status: "error", ...outcome.error, execution_count } as ErrorReply & { execution_count: number };
    }
    if (outcome.result !== undefined && !silent) this.#publish("execute_result", { execution_count, ...outcome.result }, header);
    const values: Record<string, unknown> = {};
    for (const [name, expression] of Object.entries(user_expressions)) {
      const { error, result } = await this.#run(expression, "expression", aside, undefined);
      values[name] = error === undefined ? { status: "ok", data: result?.data ?? { "text/plain": "undefined" }, metadata: {} } : { status: "error", ...error };
    }
    return { status: "ok", execution_count, user_expressions: values, payload: [] };
  }

  /** Checks and runs code. Without `cause` its output is dropped. */
  async #run(code: string, label: string, aside: boolean, cause: Cause | undefined): Promise<CellOutcome> {
    if (typeof code !== "string") return { error: plainError({ ename: "RequestError", evalue: `A cell has to be text, this one is ${code === null ? "null" : typeof code}.` }) };
    if (code.trim() === "") return {};
    if (code.length > largestCell) {
      return { error: plainError({ ename: "CellTooLarge", evalue: `This cell has ${(code.length / 1e6).toFixed(1)} MB; the kernel takes at most ${largestCell / 1e6} MB. Put data into a file and read it.` }) };
    }
    const id = ++this.#executions;
    if (cause !== undefined) this.#parents.set(id, cause);
    const prepared = await this.#prepare(id, label, code);
    if (!prepared.ok) return { error: { ...prepared.error, traceback: [...prepared.error.traceback, ...habits(code)] } };
    if (prepared.warning !== undefined) this.#output.push({ type: "stream", cell: id, name: "stderr", text: `${prepared.warning.traceback.join("\n")}\n` });
    const outcome = await this.#session.execute({ ...prepared.cell, aside });
    this.#output.flush();
    return outcome;
  }

  /** What the child runs, unless an interrupt comes first. */
  async #prepare(id: number, label: string, code: string): Promise<Prepared> {
    const interrupted = new Promise<Prepared>((resolve) =>
      this.#compiling.set(id, () => {
        this.#language.giveUp(id);
        resolve({ ok: false, error: plainError(interruption) });
      }),
    );
    const prepare = async (): Promise<Prepared> => {
      const prepared = await this.#language.ask("prepare", id, label, code);
      if (prepared.ok) await this.#debugger.beforeCell(prepared.cell);
      return prepared;
    };
    const failed = (error: unknown): Prepared => ({ ok: false, error: plainError({ ename: "CompilerError", evalue: `The compiler failed on this cell: ${error instanceof Error ? error.message : String(error)}` }) });
    return Promise.race([interrupted, prepare().catch(failed)]).finally(() => this.#compiling.delete(id));
  }

  #publishOutput(output: Output): void {
    const cause = this.#parents.get(output.cell);
    if (output.type === "ask") return this.#ask(output, cause);
    const parent = cause?.header;
    if (output.type === "comm") return this.#publishComm(output, parent);
    if (parent === undefined) return;
    if (output.type === "stream") this.#publish("stream", { name: output.name, text: output.text }, parent);
    else if (output.type === "clear") this.#publish("clear_output", { wait: output.wait }, parent);
    else {
      const { data, metadata, displayId, update } = output;
      this.#publish(update ? "update_display_data" : "display_data", { data, metadata, transient: displayId === undefined ? {} : { display_id: displayId } }, parent);
    }
  }

  #ask({ prompt, password }: Extract<Output, { type: "ask" }>, cause: Cause | undefined): void {
    if (cause?.client === undefined) {
      this.#session.answer({ type: "answer", refused: noInput });
      return;
    }
    const message = createMessage(this.#sender, "input_request", { prompt, password }, { parent: cause.header, identities: cause.client });
    void this.#sockets.send("stdin", encodeMessage(message, this.#connection));
  }

  #publishComm({ step, id: comm_id, target: target_name, data, metadata, buffers }: CommFrame, parent: Header | undefined): void {
    if (step === "open") this.#comms.set(comm_id, { target_name });
    else if (step === "close") this.#comms.delete(comm_id);
    this.#publish(`comm_${step}`, step === "open" ? { comm_id, target_name, data } : { comm_id, data }, parent, { metadata, buffers });
  }

  #publish<Type extends MessageType>(
    type: Type,
    content: Contents[Type],
    parent: Header | undefined,
    { topic = `kernel.${this.#sender.session}.${type}`, ...rest }: { topic?: string; metadata?: JsonObject; buffers?: readonly Uint8Array[] } = {},
  ): void {
    const message = createMessage(this.#sender, type, content, { parent, identities: [Buffer.from(topic)], ...rest });
    void this.#sockets.send("iopub", encodeMessage(message, this.#connection));
  }

  #reply<Type extends MessageType>(request: Request, type: Type, content: Contents[Type], metadata: JsonObject = {}): void {
    const message = createMessage(this.#sender, type, content, { parent: request.header, identities: request.identities, metadata });
    void this.#sockets.send(request.channel, encodeMessage(message, this.#connection));
  }
}
