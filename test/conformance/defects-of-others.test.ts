/**
 * What other tools for events get wrong, by measurement or by their own lists of issues, and the test that shows that it
 * is not so here. Where a test stood already it is named; one that goes or changes its name fails this file.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readEvents } from "../../src/codecs/index.js";
import { simulateEvents } from "../../src/simulate/index.js";

/** Tools; what they get wrong; the test, by its file and the start of its name. */
const elsewhere: readonly (readonly [tools: string, defect: string, file: string, test: string])[] = [
  // EVT2, EVT2.1, EVT3 and DAT
  ["expelliarmus, event-vision-library", "a TIME_LOW that steps back counts as 4096 µs more", "codecs/defects-raw", "expelliarmus, event-vision-library: a TIME_LOW"],
  ["expelliarmus", "a TIME_HIGH that steps back counts as a loop of the clock", "codecs/defects-raw", "expelliarmus: a TIME_HIGH that steps back"],
  ["aestream", "each TIME_HIGH adds to the time: 28 s of 9 ms", "codecs/defects-raw", "aestream: a TIME_HIGH that is repeated"],
  ["faery", "times are held back to be in order", "codecs/defects-raw", "faery: a time before the one before it"],
  ["evt3, eventcv, evutils", "a row set before the first TIME_HIGH is lost", "codecs/defects-raw", "evt3, eventcv, evutils: a row set before"],
  ["expelliarmus", "a row is written before the first TIME_HIGH, and no size", "codecs/defects-raw", "expelliarmus: the size of the sensor is in the header"],
  ["expelliarmus", "words of type 0x7 are an error", "codecs/defects-raw", "expelliarmus: words of the types 0x7"],
  ["evt3, aestream", "EVT2, EVT2.1, DAT and .es are decoded as EVT3", "codecs/defects-raw", "evt3, aestream: a file of another format"],
  ["evt3, aestream", "the same, of formats that are no RAW", "codecs/defects-packets", "evt3 decodes any file as EVT3"],
  ["evutils, evlib, eventcv, faery", "EVT2.1 in the other order of halves gives garbage, or is refused", "codecs/defects-raw", "evutils, evlib, eventcv, faery: EVT2.1"],
  ["expelliarmus", "EVT3 is saved with wrong times", "codecs/words", "a table that is written is read back equal"],
  ["readers of RAW headers", "a payload that begins with % is taken for a header line", "codecs/headers", "even if the payload starts with %"],
  ["evlib, faery, expelliarmus", "memory grows with the file: 2.5 GB for 20 M events", "codecs/memory", "reading and converting batch by batch"],
  ["OpenEB's Python helpers", "times are cast to 32 bits", "codecs/defects-raw", "OpenEB's Python helpers: times beyond 32 bits"],
  ["evlib, eventcv, faery", "DAT of type 0, or without a size, is refused or read as text", "codecs/defects-raw", "evlib, eventcv, faery: DAT of type 0"],
  ["loris", "y of DAT is flipped by a height that no header gives", "codecs/defects-raw", "loris: y of DAT is as stored"],
  ["loris", "the same, in a real recording", "codecs/defects-packets", "loris turns y of DAT"],
  // AEDAT, .es, N-MNIST
  ["aestream", "no events of an AEDAT4 file, and no error", "codecs/defects-packets", "aestream finds no events in tonic_sample.aedat4"],
  ["evlib", "AEDAT4 wider than 1024 is refused", "codecs/defects-packets", "evlib refuses AEDAT4 wider than 1024"],
  ["evutils", "AEDAT4 ends at the first packet without events", "codecs/defects-packets", "evutils ends at the first packet without events"],
  ["faery", "y of .es is mirrored", "codecs/defects-packets", "faery mirrors y of Event Stream"],
  ["faery", "generic .es is refused without a word of what it holds", "codecs/defects-packets", "faery refuses generic Event Stream"],
  ["tonic", "all packets of AEDAT 3.1 are taken for polarity events", "codecs/defects-packets", "tonic takes every packet of AEDAT 3.1"],
  ["tonic", "x, y and polarity of a DVS128 change places, unsaid", "codecs/aedat", "tells jAER's and tonic's reading of a DVS128 apart"],
  ["aedat", "events end at the first frame of 16 bits", "codecs/defects-packets", "aedat 2.2 ends at the first frame of 16 bits"],
  ["readers of AEDAT 3.1", "AEDAT 3.0, whose header has no end line, is refused", "codecs/defects-packets", "AEDAT 3.0 has no line that ends its header"],
  ["tonic, evio", "the overflow records of N-MNIST are met by no file of theirs", "codecs/defects-packets", "the overflow records of N-MNIST"],
  ["eventcv", "frames of a DAVIS are lost when it is recorded", "cli/convert-beside", "carries the frames of AEDAT 3.1"],
  ["readers of AEDAT 2", "samples of frames are taken for events", "codecs/defects-packets", "readers of AEDAT 2 take samples"],
  // Tables
  ["eventcv", "20 ms of Prophesee HDF5 are read as 20 s: the unit is guessed", "codecs/defects-tables", "eventcv: a Prophesee HDF5 file of 20 ms"],
  ["evlib", "HDF5 without ECF is refused", "codecs/defects-tables", "evlib: plain /CD/events"],
  ["evlib, h5wasm", "HDF5 with ECF, or with a filter that is missing, gives garbage", "codecs/defects-tables", "evlib, h5wasm: an ECF block that is broken"],
  ["hdf5_ecf", "times that step back are changed when they are packed", "codecs/prophesee-hdf5", "ECF: refuses what it cannot hold"],
  ["eventcv, loaders of N-ImageNet", "the unit of whole numbers in npz is guessed", "codecs/defects-tables", "eventcv, N-ImageNet loaders: whole numbers"],
  ["OpenEB", "seeking lands in the wrong place", "codecs/window", "equal what is cut from the whole"],
  // Filters
  ["tonic", "Denoise lets early noise pass", "filters/filters", "drops early noise, which tonic's Denoise lets pass"],
  ["tonic", "EventDownsampling gives on events alone", "filters/filters", "gives both polarities, which tonic's EventDownsampling does not"],
  ["tonic", "refractory_period drops the event at time 0", "filters/filters", "keeps the event at time 0"],
  ["tonic", "drop transforms change their input", "filters/filters", "leaves its input alone, which tonic's drop transforms do not"],
  // Representations
  ["tonic", "boolean polarity is unsigned in a voxel grid", "represent/peers", "tonic: off events are negative"],
  ["tonic", "a voxel grid changes the polarity of its input", "represent/peers", "tonic: building a voxel grid leaves polarities"],
  ["tonic", "ToFrame of one bin drops the last event", "represent/peers", "tonic: one bin of frames holds every event"],
  ["eventcv", "a voxel grid without a window has the last 30 ms alone", "represent/peers", "eventcv: without a window a grid spans all events"],
  ["tonic", "ToFrame adds up the polarities, unsaid", "represent/peers", "tonic: frames keep the polarities apart"],
  ["TORE's Python port", "ages grow to 500 s instead of 5 s", "represent/peers", "TORE's Python port: ages grow to 5 s"],
  ["rgb_event_recorder", "TBR is divided by 2^(N−1)", "represent/peers", "rgb_event_recorder: a pixel that fired"],
  ["evlib", "a mixed-density stack is a sum and a count", "represent/peers", "evlib: a mixed-density stack has windows that halve"],
  ["EvRep", "intervals run on from pixel to pixel", "represent/peers", "EvRep: times between events of one pixel alone"],
  ["RVT", "counts wrap in fast mode", "represent/peers", "RVT: a cell never wraps"],
  ["Facemorphic", "incremental TBR drifts", "represent/peers", "is reproduced by the representation, and absent from the default"],
  ["OpenEB", "the PyTorch event cube puts what lies before its first bin into the second", "represent/formulas", "metavision_cube_torch"],
  // Simulators
  ["evlib", "all ESIM events of a step come at once", "simulate/esim", "evlib's ESIM gives all events of a step the time of the frame"],
  ["eventcv", "its ideal v2e linearises sRGB first, unsaid, and gives other events", "simulate/v2e", "equals v2e's emulator event for event"],
  ["v2e", "times are off against the video", "simulate/v2e", "from behind the first frame to the last"],
  ["v2e", "the floor of a multiple of the threshold is one too low", "simulate/v2e", "v2e's floor: that of the exact quotient"],
];

const evt3 = (...words: number[]) => Buffer.concat([Buffer.from("% format EVT3;height=720;width=1280\n% end\n"), Buffer.from(Uint16Array.from(words).buffer)]);

describe("defects of other tools", () => {
  it("have a test each", () => {
    for (const [tools, defect, file, test] of elsewhere) {
      const source = readFileSync(new URL(`../${file}.test.ts`, import.meta.url), "utf8");
      assert.ok(source.includes(test), `${tools}: ${defect}: no test "${test}" in ${file}.test.ts`);
    }
  });

  for (const device of ["cpu", "wasm"] as const) {
    it(`OpenEB drops a VECT_8 that ends no group of three: here it does as it is told (${device})`, async () => {
      // A base of 100, then VECT_8 alone; a base of 200, then 12 + 12 + 8 pixels.
      const file = evt3(0x8000, 0x6001, 0x0007, 0x3864, 0x5005, 0x38c8, 0x4001, 0x4002, 0x5004);
      const columnsOf = async (vectors: "word" | "group") => Array.from((await readEvents(file, { device, vectors })).x);
      assert.deepEqual(await columnsOf("word"), [100, 102, 200, 213, 226]);
      assert.deepEqual(await columnsOf("group"), [200, 213, 226]);
      assert.deepEqual(Array.from((await readEvents(file, { device })).x), await columnsOf("word"), "every pixel that fired, unless asked");
    });

    it(`OpenEB starts DAT again at 0 after 71.6 minutes: here time goes on (${device})`, async () => {
      const events = Uint32Array.of(0xfffffff0, 1, 0x10, 2, 0x20, 3);
      const file = Buffer.concat([Buffer.from("% Version 2\n% Height 4\n% Width 4\n"), Buffer.of(12, 8), Buffer.from(events.buffer)]);
      assert.deepEqual((await readEvents(file, { device })).t, BigInt64Array.of(0xfffffff0n, 0x100000010n, 0x100000020n));
    });
  }

  it("v2e keeps seconds in single precision, steps of a millisecond after three hours: here microseconds stay whole", async () => {
    const clip = (start: number) => Array.from({ length: 6 }, (_, n) => ({ t: start + 10_000 * n, width: 2, height: 2, data: Float32Array.of(20 + 30 * n, 200 - 30 * n, 50, 90 + n) }));
    for (const model of ["v2e", "esim"] as const) {
      const run = (start: number) => simulateEvents(clip(start), { model, seed: 3, ...(model === "v2e" ? { preset: "clean" } : { threshold: 0.2 }) }).table();
      const [early, late] = [await run(0), await run(10_800_000_000)];
      assert.ok(early.length > 10);
      assert.deepEqual(late.t.map((t) => t - 10_800_000_000n), early.t, model);
    }
  });
});
