// Kernels side by side: npm run bench:kernel -- [FOLDER]
//
// evtlab (built), tslab (node_modules), Deno and ipykernel, which are installed into FOLDER unless they are there. Takes
// about two minutes, and prints the table of the README. evtlab and tslab check types, Deno does not.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Dealer, Subscriber } from "zeromq";
import { createMessage, decodeMessage, encodeMessage, endpoint, isChildOf } from "../../dist/src/jupyter/index.js";

const folder = resolve(process.argv[2] ?? "bench-kernel");
const root = resolve(import.meta.dirname, "../..");
const deno = join(folder, "node_modules/.bin/deno");
const python = join(folder, "venv/bin/python");
mkdirSync(folder, { recursive: true });
if (!existsSync(deno)) {
  writeFileSync(join(folder, "package.json"), "{}");
  execFileSync("npm", ["install", "--ignore-scripts", "--prefix", folder, "deno@2.9.6"], { stdio: "inherit" });
}
if (!existsSync(python)) {
  execFileSync("python3", ["-m", "venv", join(folder, "venv")], { stdio: "inherit" });
  execFileSync(python, ["-m", "pip", "-q", "install", "ipykernel==7.4.0"], { stdio: "inherit" });
}

// As `evtlab install` does.
execFileSync(process.execPath, [join(root, "dist/kernel-ext/src/language/make-snapshot.js")]);

const typescript = {
  line: (n) => `for (let i = 0; i < ${n}; i++) console.log("line " + i)`,
  loop: "for (;;);",
  arrow: "import { tableFromArrays } from 'apache-arrow'; tableFromArrays({ x: Uint16Array.of(1) }).numRows",
  complete: "const values = [1, 2]; values.fi",
  member: "find",
};
const kernels = [
  { name: "evtlab", argv: [process.execPath, join(root, "dist/kernel-ext/src/main.js"), "{file}"], ...typescript, byMessage: true },
  { name: "tslab 1.0.22", argv: [process.execPath, join(root, "node_modules/tslab/bin/tslab"), "kernel", "--config-path={file}"], ...typescript },
  { name: "Deno 2.9.6, no type check", argv: [deno, "jupyter", "--kernel", "--conn", "{file}"], ...typescript, arrow: typescript.arrow.replace("'apache-arrow'", "'npm:apache-arrow@21.2.0'"), byMessage: true },
  { name: "ipykernel 7.4.0", argv: [python, "-m", "ipykernel_launcher", "-f", "{file}"], line: (n) => `for i in range(${n}): print("line", i)`, loop: "while True: pass", complete: "values = [1, 2]\nvalues.in", member: "index" },
];

const sender = { session: crypto.randomUUID(), username: "bench" };
const seconds = (ms) => ({ value: ms, text: `${(ms / 1000).toFixed(2)} s` });
const ms = (value) => ({ value, text: `${value.toFixed(1)} ms` });
const megabytes = (value) => ({ value, text: `${value.toFixed(0)} MB` });

async function freePorts(count) {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => done(server));
  })));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

class Kernel {
  static async start({ argv }) {
    const kernel = new Kernel();
    kernel.folder = mkdtempSync(join(tmpdir(), "bench-kernel-"));
    const [shell_port, iopub_port, stdin_port, control_port, hb_port] = await freePorts(5);
    kernel.connection = { transport: "tcp", ip: "127.0.0.1", shell_port, iopub_port, stdin_port, control_port, hb_port, key: "bench", signature_scheme: "hmac-sha256" };
    const file = join(kernel.folder, "connection.json");
    writeFileSync(file, JSON.stringify(kernel.connection));
    kernel.started = performance.now();
    kernel.process = spawn(argv[0], argv.slice(1).map((part) => part.replace("{file}", file)), { cwd: root, stdio: "ignore", detached: true, env: { ...process.env, DENO_NO_UPDATE_CHECK: "1" } });
    kernel.shell = new Dealer();
    kernel.control = new Dealer();
    kernel.iopub = new Subscriber({ receiveHighWaterMark: 0 });
    for (const name of ["shell", "control", "iopub"]) kernel[name].connect(endpoint(kernel.connection, name));
    kernel.iopub.subscribe();
    kernel.messages = [];
    kernel.waiting = new Set();
    for (const name of ["shell", "iopub"]) void kernel.collect(name);
    return kernel;
  }

  async collect(channel) {
    for await (const frames of this[channel]) {
      this.heard ||= channel === "iopub";
      const message = decodeMessage(frames, this.connection);
      for (const waiting of this.waiting) waiting({ ...message, channel });
    }
  }

  send(type, content, channel = "shell") {
    const message = createMessage(sender, type, content);
    void this[channel].send(encodeMessage(message, this.connection));
    return message.header;
  }

  /** Until it answers: before the kernel listens, or the subscription is there, messages are lost. */
  async ready() {
    while (!(await this.request("kernel_info_request", {}, { limit: 5000, replyOnly: true })).complete);
    // Its status comes on the subscription.
    for (let asked = 0; !this.heard && asked < 100; asked++) {
      await this.request("kernel_info_request", {}, { limit: 1000, replyOnly: true });
      await new Promise((done) => setTimeout(done, 2));
    }
  }

  /** Sends a request; resolves when reply and idle are there. */
  request(type, content, { limit = 60_000, replyOnly = false } = {}) {
    return new Promise((done) => {
      let replied = false;
      let idle = false;
      let text = "";
      let error;
      let answer;
      const finish = (complete) => {
        clearTimeout(timer);
        this.waiting.delete(watch);
        done({ complete, text, error, content: answer });
      };
      const timer = setTimeout(() => finish(false), limit);
      const header = this.send(type, content);
      const watch = (message) => {
        if (!isChildOf(message, header)) return;
        if (message.channel === "shell") {
          replied = true;
          answer = message.content;
          idle ||= replyOnly;
          error ??= message.content.status === "error" ? message.content : undefined;
        }
        if (message.header.msg_type === "stream") text += message.content.text;
        if (message.header.msg_type === "status" && message.content.execution_state === "idle") idle = true;
        if (replied && idle) finish(true);
      };
      this.waiting.add(watch);
    });
  }

  execute(code, options) {
    return this.request("execute_request", { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false, stop_on_error: true }, options);
  }

  /** Resident memory of the process and all it has started, in MB. */
  memory(pid = this.process.pid) {
    const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
    return kilobytes / 1024 + children.reduce((sum, child) => sum + this.memory(Number(child)), 0);
  }

  async stop() {
    const ended = new Promise((done) => this.process.once("exit", done));
    // With what it started: Deno is started by a script.
    process.kill(-this.process.pid, "SIGKILL");
    await ended;
    for (const name of ["shell", "control", "iopub"]) this[name].close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const quantile = (values, q) => values.toSorted((a, b) => a - b)[Math.floor(q * (values.length - 1))];

async function measure(spec) {
  const row = { kernel: spec.name };
  const starts = [];
  let kernel;
  for (let i = 0; i < 3; i++) {
    await kernel?.stop();
    kernel = await Kernel.start(spec);
    // Before the kernel listens nobody answers: ask until it does.
    await kernel.ready();
    await kernel.execute("1 + 1");
    starts.push(performance.now() - kernel.started);
  }
  row["start to first result"] = seconds(quantile(starts, 0.5));
  const cells = [];
  for (let i = 0; i < 100; i++) {
    const start = performance.now();
    await kernel.execute(`${i} + 1`);
    cells.push(performance.now() - start);
  }
  row["trivial cell, median"] = ms(quantile(cells, 0.5));
  row["trivial cell, 90th percentile"] = ms(quantile(cells, 0.9));
  const times = [];
  for (let i = 0; i < 12; i++) {
    // Another text each time, as when a person writes: an answer kept from before would not do.
    const code = spec.complete.replace("values", `values${i}`).replace(/values(?=\.)/, `values${i}`);
    const start = performance.now();
    const { content } = await kernel.request("complete_request", { code, cursor_pos: code.length }, { replyOnly: true });
    if (content?.matches?.some((match) => match.endsWith(spec.member))) times.push(performance.now() - start);
  }
  row["completion of a member, median"] = times.length > 1 ? ms(quantile(times.slice(1), 0.5)) : { text: "none offered" };
  if (spec.arrow !== undefined) {
    const start = performance.now();
    const { error } = await kernel.execute(spec.arrow);
    row["import of apache-arrow"] = error === undefined ? ms(performance.now() - start) : { text: "fails" };
  }
  row["resident memory after 100 cells"] = megabytes(kernel.memory());

  for (let i = 0, latencies = []; i < 5; i++) {
    let sent;
    // tslab shows nothing before the loop ends, so the loop is given time to begin.
    setTimeout(() => {
      sent = performance.now();
      if (spec.byMessage) kernel.send("interrupt_request", {}, "control");
      else kernel.process.kill("SIGINT");
    }, 500);
    await kernel.execute(spec.loop, { limit: 4_000 });
    latencies.push(performance.now() - sent);
    // After an error tslab aborts whatever comes within 200 ms.
    await new Promise((done) => setTimeout(done, 300));
    row["interrupt of a loop, median"] = ms(quantile(latencies, 0.5));
  }
  const lines = 100_000;
  const start = performance.now();
  const { complete, text } = await kernel.execute(spec.line(lines), { limit: 10_000 });
  const received = text.split("\n").length - 1;
  row["100,000 lines of output"] = complete && received === lines ? seconds(performance.now() - start) : { text: `${received.toLocaleString("en")} arrived${complete ? "" : " in 10 s"}` };
  await kernel.stop();
  return row;
}

const rows = [];
for (const spec of kernels) rows.push(await measure(spec));
const fields = Object.keys(rows[0]);
console.log(`| ${fields[0]} | ${rows.map((row) => row.kernel).join(" | ")} |`);
console.log(`|---|${rows.map(() => "---|").join("")}`);
for (const field of fields.slice(1)) {
  const best = Math.min(...rows.map((row) => row[field]?.value ?? Infinity));
  console.log(`| ${field} | ${rows.map((row) => (row[field]?.value === best ? `**${row[field].text}**` : (row[field]?.text ?? ""))).join(" | ")} |`);
}
