import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";
import { headRig } from "../../../src/simulate/face/rig.js";

describe("simulate/face rig", () => {
  it("is what scripts/face-rig wrote", () => {
    const content = brotliDecompressSync(readFileSync("src/simulate/face/rig.bin"));
    assert.equal(createHash("sha256").update(content).digest("hex"), "b17fc90c114216bbeabd6ebfb50624cab1b3dca1e63ba19c88bcd38692d9903e");
  });

  it("is symmetric: every unit of the right is its left one mirrored", () => {
    const rig = headRig();
    assert.deepEqual([rig.units.size, rig.macros.size, rig.details.size], [52, 24, 332]);
    for (let vertex = 0; vertex < rig.vertexCount; vertex++) {
      const twin = rig.mirror[vertex]!;
      assert.equal(rig.mirror[twin], vertex);
      assert.ok(Math.abs(rig.base[3 * vertex]! + rig.base[3 * twin]!) < 1e-6);
    }
    for (const [name, left] of rig.units) {
      const right = rig.units.get(name.replace("Left", "Right"));
      if (!name.endsWith("Left") || /^(jaw|mouth)Left$/.test(name)) continue;
      assert.ok(Math.abs(right!.vertices.length - left.vertices.length) < 5, name);
      const sum = (offsets: Float32Array, axis: number): number => offsets.reduce((total, value, i) => total + (i % 3 === axis ? value : 0), 0);
      assert.ok(Math.abs(sum(left.offsets, 0) + sum(right!.offsets, 0)) < 0.002 * left.vertices.length, name);
      assert.ok(Math.abs(sum(left.offsets, 1) - sum(right!.offsets, 1)) < 0.002 * left.vertices.length, name);
    }
  });

  it("opens its jaw downwards and turns eyes without moving skin", () => {
    const rig = headRig();
    const jaw = rig.units.get("jawOpen")!;
    const lowest = Math.min(...jaw.offsets.filter((_, i) => i % 3 === 1));
    assert.ok(lowest < -0.2 && lowest > -1, `${lowest} dm`);
    const [first, end] = rig.parts["left-eye"];
    const eye = new Set(rig.triangles.subarray(3 * first, 3 * end));
    assert.ok(rig.units.get("eyeLookUpLeft")!.vertices.some((vertex) => eye.has(vertex)));
  });
});
