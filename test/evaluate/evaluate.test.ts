import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Dataset } from "../../src/data/index.js";
import { isEvtlabError } from "../../src/errors.js";
import { evaluate, type EvaluateOptions, type Fitted, type FitTask, type Method, type Predictions, type ReportData } from "../../src/evaluate/index.js";
import { guesser, guesses, people } from "./people.js";

const options = { seed: 7, folds: 3, bootstrap: 50 } as const;

/** Without what differs from run to run. */
function lasting({ started: _started, seconds: _seconds, protocols, ...rest }: ReportData): unknown {
  return { ...rest, protocols: protocols.map(({ rows, ...protocol }) => ({ ...protocol, rows: rows.map(({ cells, ...row }) => ({ ...row, cells: cells.map(({ seconds: _own, ...cell }) => cell) })) })) };
}

describe("evaluate", function () {
  this.timeout(60_000);
  let faces: Dataset;
  let forget: () => Promise<void>;
  let folder: string;
  before(async () => {
    ({ faces, forget } = await people());
    folder = await mkdtemp(join(tmpdir(), "evtlab-kept-"));
  });
  after(async () => {
    await forget();
    await rm(folder, { recursive: true });
  });

  it("sets the controls beside a method, and pooled counts find what is where", async () => {
    const other = guesser("other control", { skill: 0 });
    const report = await evaluate(guesser("guesser", { skill: 5, controls: [other] }), faces, { ...options, protocols: ["subject-disjoint", "leaky"] });
    assert.deepEqual(report.data.methods.map(({ name, role }) => [name, role]), [["guesser", "method"], ["other control", "control"], ["majority", "control"], ["event totals", "control"], ["pooled counts", "control"]]);
    for (const name of ["guesser", "pooled counts"]) assert.equal(report.level({ method: name }).scores.accuracy.value, 1, name);
    assert.ok(Math.abs(report.level({ method: "majority" }).scores.accuracy.value - 1 / 3) < 1e-9);
    assert.ok(report.level({ method: "event totals" }).scores.accuracy.value < 0.8);
    const { count, unit, confusion } = report.level({ method: "guesser", level: "windows" });
    assert.deepEqual([count, unit, confusion], [54, "window", [[18, 0, 0], [0, 18, 0], [0, 0, 18]]]);
    assert.equal(report.level({ method: "pooled counts", level: "windows" }).unit, "frame");
    assert.deepEqual(report.data.protocols[0]!.comparisons.map(({ method, other: against }) => [method, against]), ["other control", "majority", "event totals", "pooled counts"].map((against) => ["guesser", against]));
    assert.deepEqual(report.data.leakiness.map(({ method }) => method), report.data.methods.map(({ name }) => name));
  });

  it("goes on where it was stopped, to the same report", async () => {
    const keep = join(folder, "kept");
    let fits = 0;
    const method = guesser("guesser", { skill: 0.5, onFit: () => fits++ });
    const all: EvaluateOptions = { ...options, seeds: [1, 2], protocols: ["paper", "subject-disjoint"], leakage: "allow" };
    const whole = await evaluate(method, faces, all);
    assert.equal(fits, 8);
    fits = 0;
    const stop = new AbortController();
    const stopped = evaluate(method, faces, { ...all, keep, signal: stop.signal, onProgress: ({ done }) => done === 5 && stop.abort() });
    await assert.rejects(stopped, { name: "AbortError" });
    const before = fits;
    assert.ok(before > 0 && before < 8);
    // A damaged file is fitted anew.
    const [first] = await readdir(keep);
    await writeFile(join(keep, first!), "{");
    const resumed = await evaluate(method, faces, { ...all, keep });
    assert.ok(fits <= 9, `${fits} fits`);
    assert.deepEqual(lasting(resumed.data), lasting(whole.data));
    const again = fits;
    await evaluate(method, faces, { ...all, keep });
    assert.equal(fits, again);
    await evaluate(guesser("guesser", { skill: 0.6, onFit: () => fits++ }), faces, { ...all, keep });
    assert.equal(fits, again + 8, "other settings are another method");
  });

  it("reports what fails in its row, and goes on", async () => {
    const faulty = (name: string, spoil: (said: Predictions) => Predictions): Method => ({ name, settings: {}, fit: (task) => Promise.resolve({ test: spoil(guesses(task, 1, 1)) }) });
    const spoilt = (change: Partial<Predictions["windows"][number]>) => (said: Predictions): Predictions => ({ ...said, windows: said.windows.map((window, i) => (i === 0 ? { ...window, ...change } : window)) });
    const methods = {
      "NaN": spoilt({ probabilities: Float32Array.of(NaN, 0.5, 0.5) }),
      "two probabilities": spoilt({ probabilities: Float32Array.of(0.5, 0.5) }),
      "a sum of 2": spoilt({ probabilities: Float32Array.of(1, 1, 0) }),
      "a strange clip": spoilt({ clip: "nobody" }),
      "a wrong label": spoilt({ label: 9 }),
      "a missing clip": (said: Predictions): Predictions => ({ ...said, windows: said.windows.slice(3) }),
      "other classes": (said: Predictions): Predictions => ({ ...said, classes: ["joy"] }),
    };
    const thrower: Method = { name: "thrower", settings: {}, fit: () => Promise.reject(new Error("out of memory")) };
    const report = await evaluate([...Object.entries(methods).map(([name, spoil]) => faulty(name, spoil)), thrower, guesser("guesser", { skill: 1 })], faces, { ...options, testFolds: 1 });
    const rows = new Map(report.data.protocols[0]!.rows.map((row) => [row.method, row]));
    for (const name of Object.keys(methods)) assert.match(rows.get(name)!.failed!, /expected .*, got /, name);
    assert.match(rows.get("NaN")!.failed!, /diverged/);
    assert.equal(rows.get("thrower")!.failed, "out of memory");
    assert.equal(rows.get("guesser")!.failed, undefined);
    assert.match(String(report), /thrower +failed: out of memory/);
    assert.match(report.html(), /failed: out of memory/);
  });

  it("refuses people on both sides, and encoders that met the people of the test", async () => {
    const isData = (error: unknown): boolean => isEvtlabError(error, "DataError");
    await assert.rejects(evaluate([], faces, { ...options, protocols: ["paper"] }), isData);
    const allowed = await evaluate([], faces, { ...options, protocols: ["paper"], leakage: "allow" });
    assert.equal(allowed.data.protocols[0]!.splits[0]!.leakage.subjects, 1);
    assert.match(allowed.html(), /People stand on both sides/);
    const met = guesser("pretrained", { skill: 1, seen: ["S001"] });
    await assert.rejects(evaluate(met, faces, options), (error) => isData(error) && /S001/.test(String(error)));
    await assert.rejects(evaluate(guesser("scratch", { skill: 1, controls: [met] }), faces, options), isData);
    await evaluate(met, faces, { ...options, leakage: "allow", testFolds: 1 });
  });

  it("trains on a share of the people, a smaller one being part of a larger one, and tests on all", async () => {
    const trained = async (labels: number, seed: number): Promise<readonly string[]> => {
      let task: FitTask | undefined;
      await evaluate(guesser("guesser", { skill: 1, onFit: (given) => (task ??= given) }), faces, { ...options, folds: 6, testFolds: 1, labels, seeds: [seed] });
      assert.deepEqual([task!.split.validation!.subjects.length, task!.split.test.subjects.length], [1, 1]);
      return task!.split.train.subjects;
    };
    assert.equal((await trained(1, 1)).length, 4);
    assert.equal((await trained(0.01, 1)).length, 1);
    const [half, threeQuarters] = [await trained(0.5, 3), await trained(0.75, 3)];
    assert.ok(half.length < threeQuarters.length && half.every((subject) => threeQuarters.includes(subject)), `${half.join()} of ${threeQuarters.join()}`);
  });

  it("measures what the best epoch on the test clips adds", async () => {
    const report = await evaluate(guesser("guesser", { skill: 0, epochs: 30 }), faces, { ...options, protocols: ["paper", "subject-disjoint"], leakage: "allow" });
    for (const { name, bestEpoch, rows } of report.data.protocols) {
      const { windows } = bestEpoch.find(({ method }) => method === "guesser")!;
      // Thirty epochs of guessing: the best of them is well above chance.
      assert.ok(windows!.value > 0.05 && windows!.low >= 0, `${name}: ${JSON.stringify(windows)}`);
      const row = rows.find(({ method }) => method === "guesser")!;
      for (const { epochs, bestEpoch: best } of row.cells) assert.equal(epochs!.find(({ epoch }) => epoch === best)!.test, Math.max(...epochs!.map(({ test }) => test)));
    }
    const accuracyOf = (protocol: "paper" | "subject-disjoint"): number => report.level({ protocol, method: "guesser" }).scores.accuracy.value;
    const { value, low, high } = report.data.published.find(({ method }) => method === "guesser")!.sequences;
    assert.ok(Math.abs(value - (accuracyOf("paper") - accuracyOf("subject-disjoint"))) < 1e-12 && low <= value && value <= high);
    assert.match(report.html(), /The paper’s protocol beside the clean one/);
    assert.match(report.html(), /Only \d people were tested/);
    assert.equal(report.data.settings.seed, options.seed);
    assert.equal(report.level({ protocol: "paper", method: "guesser", level: "windows" }).scores.accuracy.value, report.data.protocols[0]!.rows[0]!.best!.windows!.scores.accuracy.value, "the paper's score is that of the best epoch");
  });

  it("takes a method's own judgement of clips", async () => {
    const whole: Method = {
      name: "whole clips", settings: {}, seedless: true,
      fit: (task): Promise<Fitted> => {
        const { classes, windows } = guesses(task, 9, 1);
        return Promise.resolve({ test: { classes, windows: [], clips: windows.filter(({ index }) => index === 0) } });
      },
    };
    const report = await evaluate(whole, faces, { ...options, seeds: [1, 2], keep: join(folder, "whole") });
    assert.deepEqual([report.level({ method: "whole clips" }).count, report.level({ method: "whole clips" }).scores.accuracy.value], [18, 1]);
    assert.equal(report.data.protocols[0]!.rows[0]!.cells.length, 3, "fitted once for both seeds");
    const kept = await evaluate(whole, faces, { ...options, seeds: [1, 2], keep: join(folder, "whole") });
    assert.deepEqual(lasting(kept.data), lasting(report.data));
    assert.throws(() => report.level({ method: "whole clips", level: "windows" }), (error) => isEvtlabError(error, "OptionError"));
  });

  it("refuses options that mean nothing", async () => {
    const wrong: readonly Partial<EvaluateOptions>[] = [{ seed: 0.5 }, { seeds: [] }, { seeds: [1, 1] }, { protocols: [] }, { protocols: ["loso" as "paper"] }, { folds: 2 }, { testFolds: 9 }, { labels: 0 }, { labels: 2 }, { bootstrap: 0 }, { level: 1 }, { draws: 5 } as Partial<EvaluateOptions>];
    for (const each of wrong) await assert.rejects(evaluate([], faces, { ...options, ...each }), (error) => isEvtlabError(error, "OptionError"), JSON.stringify(each));
    await assert.rejects(evaluate([guesser("one", { skill: 1 }), guesser("one", { skill: 2 })], faces, options), /two named/);
  });

  it("writes a page that stands alone, and its data", async () => {
    const report = await evaluate(guesser('<img src="x">', { skill: 1 }), faces, { ...options, seeds: [1, 2, 3, 4, 5], testFolds: 1 });
    const [page, data] = [join(folder, "report.html"), join(folder, "report.json")];
    await report.save(page);
    await report.save(data);
    const html = await readFile(page, "utf8");
    assert.doesNotMatch(html, /<img src="x">|<script|<link|\bhref=|\bsrc="(?!data:)/);
    assert.equal((html.match(/<svg/g) ?? []).length, 3);
    assert.deepEqual(JSON.parse(await readFile(data, "utf8")), JSON.parse(JSON.stringify(report)));
    assert.deepEqual((await readdir(folder)).filter((name) => name.endsWith(".part")), []);
    await assert.rejects(report.save(join(folder, "report.pdf")), (error) => isEvtlabError(error, "OptionError"));
    const shown = await (report as unknown as Record<symbol, () => Promise<Record<string, string>>>)[Symbol.for("Jupyter.display")]!();
    assert.match(shown["text/html"]!, /src="data:image\/png;base64,/);
    assert.doesNotMatch(shown["text/html"]!, /<img src="x">/);
  });
});
