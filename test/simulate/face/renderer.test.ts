import assert from "node:assert/strict";
import { drawAppearance } from "../../../src/simulate/face/appearance.js";
import { buildHead } from "../../../src/simulate/face/head.js";
import { drawIdentity } from "../../../src/simulate/face/identity.js";
import { frontalPose, studioLight } from "../../../src/simulate/face/pose.js";
import { HeadRenderer } from "../../../src/simulate/face/renderer.js";
import { headRig } from "../../../src/simulate/face/rig.js";

const camera = { width: 96, height: 96, scale: 32, x: 48, y: 44, distance: 12 };
const person = (seed: number) => {
  const identity = drawIdentity(headRig(), seed);
  return buildHead(headRig(), identity, drawAppearance(identity, seed));
};
const rest = { units: new Map<string, number>(), pose: frontalPose, light: studioLight };
const difference = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;

describe("simulate/face renderer", () => {
  const mesh = person(3);
  const moved = { ...rest, units: new Map([["mouthSmileLeft", 0.7], ["jawOpen", 0.3], ["eyeBlinkRight", 1]]), pose: { ...frontalPose, yaw: 0.3, pitch: -0.2, roll: 0.1, x: 0.1 }, gain: 0.9 };

  for (const [name, shot] of Object.entries({ rest, moved })) {
    it(`the kernel gives the bytes of the definition: ${name}`, () => {
      const [wasm, cpu] = (["wasm", "cpu"] as const).map((device) => new HeadRenderer(mesh, { camera, device }).render(shot).slice()) as [Float32Array, Float32Array];
      assert.deepEqual(wasm, cpu);
      assert.ok(wasm.every((value) => Number.isFinite(value) && value >= 0));
    });
  }

  it("same person, same picture; other people differ, and so does another face", () => {
    const draw = (seed: number, shot = rest): Float32Array => new HeadRenderer(person(seed), { camera }).render(shot).slice();
    const first = draw(1);
    assert.deepEqual(draw(1), first);
    assert.ok(difference(draw(2), first) > 0.01);
    assert.ok(difference(draw(1, moved), first) > 0.005);
  });

  it("luminance is that of the colours", () => {
    const [luminance, red, green, blue] = (["luminance", "red", "green", "blue"] as const).map((channel) => new HeadRenderer(mesh, { camera, channel }).render(rest).slice()) as [Float32Array, Float32Array, Float32Array, Float32Array];
    const mixed = red.map((value, i) => 0.2126 * value + 0.7152 * green[i]! + 0.0722 * blue[i]!);
    assert.ok(difference(mixed, luminance) < 2e-3);
  });

  it("turns the right way: yaw to the person's left moves the nose to the right of the picture, pitch up moves it up", () => {
    const renderer = new HeadRenderer(mesh, { camera });
    const rig = headRig();
    const nose = [...Array(rig.vertexCount).keys()].reduce((best, vertex) => (rig.base[3 * vertex + 2]! > rig.base[3 * best + 2]! ? vertex : best), 0);
    const at = (pose: Partial<typeof frontalPose>): [number, number] => {
      const [x, y] = renderer.locate({ ...rest, pose: { ...frontalPose, ...pose } }, Uint16Array.of(nose));
      return [x!, y!];
    };
    const [x, y] = at({});
    assert.ok(at({ yaw: 0.2 })[0] > x + 2);
    assert.ok(at({ pitch: 0.2 })[1] < y - 2);
    assert.ok(at({ x: 0.2 })[0] > x + 2);
    assert.ok(at({ y: 0.2 })[1] < y - 2);
  });
});
