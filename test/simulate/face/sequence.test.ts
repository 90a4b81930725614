import assert from "node:assert/strict";
import { isEvtlabError } from "../../../src/errors.js";
import { actionUnit, actionUnits, expression, expressionNames, face, faceEvents, facemorphicUnits, landmarkVertices, perform, photograph, renderSequence, still, type FaceFrame, type FaceTruth } from "../../../src/simulate/face/index.js";
import { headRig } from "../../../src/simulate/face/rig.js";
import { digest } from "../../events/random-table.js";

const someone = face({ seed: 3 });
const small = { width: 64, height: 64, fps: 30 } as const;
const all = (duration: `${number}ms`, movements: Parameters<typeof perform>[0]["movements"], nuisances = {}, seed = 1): FaceFrame[] => [
  ...renderSequence(someone, perform({ duration, movements: movements ?? [], nuisances: { ...still, ...nuisances }, seed }), small),
];
const truthOf = (au: keyof typeof actionUnits): [FaceTruth, FaceTruth] => {
  const frames = all("700ms", [actionUnit(au, { start: "100ms", hold: "300ms" })]);
  return [frames[0]!.truth, frames[12]!.truth];
};
const y = (truth: FaceTruth, landmark: number): number => truth.landmarks[2 * landmark + 1]!;
const x = (truth: FaceTruth, landmark: number): number => truth.landmarks[2 * landmark]!;

describe("simulate/face sequence", () => {
  it("every unit of the table exists in the rig, and FACEMORPHIC's 24 are there", () => {
    const { units } = headRig();
    for (const [number, { units: names = {}, pose }] of Object.entries(actionUnits)) {
      assert.ok(pose !== undefined || Object.keys(names).length > 0, number);
      for (const name of Object.keys(names)) for (const side of name.endsWith("*") ? ["Left", "Right"] : [""]) assert.ok(units.has(name.replace("*", "") + side), name);
    }
    assert.equal(new Set(facemorphicUnits).size, 24);
  });

  it("landmarks: 68 vertices, mirrored in pairs, in iBUG's order from left to right", () => {
    const vertices = landmarkVertices();
    assert.equal(new Set(vertices).size, 68);
    const { base, mirror } = headRig();
    for (const [a, b] of [[0, 16], [7, 9], [17, 26], [31, 35], [36, 45], [39, 42], [41, 46], [48, 54], [50, 52], [60, 64], [67, 65]] as const) assert.equal(mirror[vertices[a]!], vertices[b], `${a} and ${b}`);
    for (let k = 1; k < 17; k++) assert.ok(base[3 * vertices[k]!]! > base[3 * vertices[k - 1]!]!, `jaw ${k}`);
  });

  // What each moves, in pixels of a 64-pixel picture: signs that follow from FACS, not from the table.
  const effects: readonly (readonly [keyof typeof actionUnits, string, (before: FaceTruth, after: FaceTruth) => number])[] = [
    [1, "inner brows up", (a, b) => y(a, 21) - y(b, 21)],
    [2, "outer brows up", (a, b) => y(a, 18) - y(b, 18)],
    [4, "brows down", (a, b) => y(b, 21) - y(a, 21)],
    [12, "lip corners up", (a, b) => y(a, 48) - y(b, 48)],
    [12, "lip corners apart", (a, b) => x(b, 54) - x(b, 48) - (x(a, 54) - x(a, 48))],
    [15, "lip corners down", (a, b) => y(b, 54) - y(a, 54)],
    [20, "lips stretched", (a, b) => x(b, 54) - x(b, 48) - (x(a, 54) - x(a, 48))],
    [26, "chin down", (a, b) => y(b, 8) - y(a, 8)],
    [27, "lips apart", (a, b) => y(b, 66) - y(b, 62) - (y(a, 66) - y(a, 62))],
    [43, "lids closed", (a, b) => y(b, 37) - y(a, 37)],
    [51, "nose to the right of the picture", (a, b) => x(b, 30) - x(a, 30)],
    [52, "nose to the left of the picture", (a, b) => x(a, 30) - x(b, 30)],
    [53, "nose up", (a, b) => y(a, 30) - y(b, 30)],
    [54, "nose down", (a, b) => y(b, 30) - y(a, 30)],
    [55, "the person's left eye lower", (a, b) => y(b, 45) - y(b, 36) - (y(a, 45) - y(a, 36))],
    [56, "the person's right eye lower", (a, b) => y(b, 36) - y(b, 45) - (y(a, 36) - y(a, 45))],
  ];
  for (const [au, what, moved] of effects) {
    it(`AU${au}: ${what}`, () => {
      const [before, after] = truthOf(au);
      assert.ok(moved(before, after) > 0.3, `${moved(before, after).toFixed(2)} px`);
      assert.equal(after.actionUnits[au], 1);
      assert.equal(before.actionUnits[au], undefined);
    });
  }

  it("still means still, and the picture returns to rest after the offset", () => {
    const frames = all("1500ms", expression("surprise", { start: "100ms", rise: "200ms", hold: "100ms", fall: "200ms" }));
    assert.deepEqual(frames.at(-1)!.data, frames[0]!.data);
    assert.notDeepEqual(frames[10]!.data, frames[0]!.data);
  });

  it("same seed, same performance; nuisances move what is still otherwise", () => {
    const landmarks = (seed: number): number[] => all("300ms", [], { headMotion: 0.1, headOffset: 0.1 }, seed).flatMap(({ truth }) => [...truth.landmarks]);
    assert.deepEqual(landmarks(5), landmarks(5));
    assert.notDeepEqual(landmarks(5), landmarks(6));
  });

  it("the box holds the face and lies in the picture", () => {
    const [{ truth }] = all("40ms", []) as [FaceFrame];
    const { box } = truth;
    for (let k = 17; k < 68; k++) assert.ok(x(truth, k) > box.x && x(truth, k) < box.x + box.width && y(truth, k) > box.y && y(truth, k) < box.y + box.height);
    assert.ok(box.x > -8 && box.x + box.width < 72 && box.width > 20);
  });

  it("colour pictures have the luminance of grey ones; photographs are bytes with noise", () => {
    const performance = perform({ duration: "30ms", nuisances: still, seed: 1 });
    const [grey] = renderSequence(someone, performance, small);
    const [colour] = renderSequence(someone, performance, { ...small, light: "colour" });
    assert.equal(colour!.channels, 3);
    let difference = 0;
    for (let i = 0; i < grey!.data.length; i++) difference += Math.abs(0.2126 * colour!.data[3 * i]! + 0.7152 * colour!.data[3 * i + 1]! + 0.0722 * colour!.data[3 * i + 2]! - grey!.data[i]!);
    assert.ok(difference / grey!.data.length < 0.5);
    const photo = photograph(colour!, { seed: 1 });
    assert.deepEqual(photo, photograph(colour!, { seed: 1 }));
    assert.notDeepEqual(photo, photograph(colour!, { seed: 2 }));
    const mean = Array.from(photo.data).reduce((sum, value) => sum + value, 0) / photo.data.length;
    assert.ok(mean > 60 && mean < 200, `mean ${mean}`);
  });

  it("a smile makes events where the mouth is, a still face hardly any", () => {
    const pixels = { width: 64, height: 64, preset: "clean", seed: 2 } as const;
    const film = (movements: Parameters<typeof perform>[0]["movements"]) => faceEvents(someone, perform({ duration: "400ms", movements: movements ?? [], nuisances: still, seed: 1 }), pixels);
    const smile = film(expression("happiness", { start: "50ms" }));
    assert.equal(digest(smile), digest(film(expression("happiness", { start: "50ms" }))));
    assert.equal(film([]).length, 0);
    assert.ok(smile.length > 300, `${smile.length} events`);
    const mean = smile.y.reduce((sum, value) => sum + value, 0) / smile.length;
    assert.ok(mean > 30 && mean < 55, `mean row ${mean}`);
    assert.ok(smile.t[0]! >= 50_000n && smile.t.at(-1)! <= 400_000n);
  });

  it("expressions: prototypes by name, style of a person, contempt on one side", () => {
    for (const name of expressionNames) assert.ok(expression(name).length >= 2);
    const contempt = expression("contempt", { style: someone.style });
    assert.ok(contempt.some(({ left, right }) => Math.max(left, right) > 4 * Math.min(left, right)));
    assert.deepEqual(expression("fear", { style: someone.style, seed: 3 }), expression("fear", { style: face({ seed: 3 }).style, seed: 3 }));
    assert.notDeepEqual(expression("fear", { style: someone.style }), expression("fear", { style: face({ seed: 4 }).style }));
  });

  it("refuses what it does not know", () => {
    const refuses = (act: () => unknown, text: RegExp): void => assert.throws(act, (error) => isEvtlabError(error, "OptionError") && text.test(error.message));
    refuses(() => face({ seed: 1.5 }), /integer/);
    refuses(() => face({ seed: 1, age: 3 } as never), /age/);
    refuses(() => expression("joy" as never), /happiness/);
    refuses(() => actionUnit(3 as never), /Action Unit/);
    refuses(() => perform({ duration: "1s", seed: 1, nuisances: { blink: 1 } as never }), /blinks/);
    refuses(() => perform({ duration: "1s", seed: 1, nuisances: { blinks: -1 } }), /from 0/);
    refuses(() => [...renderSequence(someone, perform({ duration: "1s", seed: 1 }), { ...small, width: 4 })], /16 to 4096/);
    refuses(() => faceEvents(someone, perform({ duration: "1s", seed: 1 }), { width: 64, height: 64, seed: 1, step: 0 }), /0 pixels/);
  });
});
