import assert from "node:assert/strict";
import { decode } from "fast-png";
import { isEvtlabError } from "../../src/errors.js";
import { EventTable } from "../../src/events/table.js";
import {
  build, eventCount, parseRepresentation, representations, temporalBinary, timeSurface, voxelGrid, type Representation,
} from "../../src/represent/index.js";

/** One row of four pixels; time, x and polarity of each event. */
function row(...events: readonly (readonly [t: number, x: number, p: number])[]): EventTable {
  return EventTable.from(
    {
      t: BigInt64Array.from(events, ([t]) => BigInt(t)),
      x: Uint16Array.from(events, ([, x]) => x),
      y: new Uint16Array(events.length),
      p: Uint8Array.from(events, ([, , p]) => p),
    },
    { sensor: { width: 4, height: 1 } },
  );
}

describe("represent: build", () => {
  const events = row([100, 0, 1], [125, 1, 0], [150, 0, 1], [200, 3, 1]);

  it("counts by hand", async () => {
    const grid = await build(events, eventCount());
    assert.deepEqual([...grid.channel("on")], [2, 0, 0, 1]);
    assert.deepEqual([...grid.channel(0)], [0, 1, 0, 0]);
  });
  it("counts beyond a byte, and just up to it", async () => {
    const many = row(...[255, 256, 257, 70_000].flatMap((count, x) => Array.from({ length: count }, () => [7, x, x % 2] as const)));
    const grid = await build(many, eventCount(), { device: "wasm" });
    assert.deepEqual([...grid.data], [255, 0, 0, 256, 257, 0, 0, 70_000]);
  });
  it("spreads a voxel between its two bins", async () => {
    const grid = await build(events, voxelGrid({ bins: 3 }));
    assert.deepEqual([...grid.channel("bin 0")], [1, -0.5, 0, 0]);
    assert.deepEqual([...grid.channel("bin 1")], [1, -0.5, 0, 0]);
    assert.deepEqual([...grid.channel("bin 2")], [0, 0, 0, 1]);
  });
  it("splits polarities bin by bin", async () => {
    const grid = await build(events, voxelGrid({ bins: 3, polarity: "split" }));
    assert.deepEqual(grid.channels, ["bin 0 off", "bin 0 on", "bin 1 off", "bin 1 on", "bin 2 off", "bin 2 on"]);
    assert.deepEqual([...grid.channel("bin 1 off")], [0, 0.5, 0, 0]);
  });
  it("measures from the window when asked to", async () => {
    const grid = await build(row([150, 2, 1]), voxelGrid({ bins: 2, span: "window" }), { window: { from: 100n, to: 201n } });
    assert.deepEqual([...grid.data], [0, 0, 0, 0, 0.5, 0.5, 0, 0]);
    const surface = timeSurface({ decay: "linear", window: 100, span: "window" });
    assert.equal((await build(row([150, 2, 1]), surface, { window: { from: 100n, to: 201n } })).channel("on")[2], 0.5);
  });
  it("takes times before zero and beyond 32 bits", async () => {
    for (const start of [-5_000_000_000, -50, 2 ** 31 - 50, 2 ** 32 - 50, 1.7e15]) {
      const late = row([start, 0, 0], [start + 75, 1, 1], [start + 100, 2, 1]);
      const grid = await build(late, timeSurface({ decay: "linear", window: 200 }));
      assert.deepEqual([...grid.data], [0.5, 0, 0, 0.875, 0, 1, 0, 0], `from ${start}`);
      const bins = await build(late, voxelGrid({ bins: 2 }));
      assert.deepEqual([...bins.data], [-1, 0, 0.25, 0.75, 0, 1, 0, 0], `from ${start}`);
    }
  });
  it("starts the maps of TBR at the window, whichever device", async () => {
    for (const device of ["cpu", "wasm"] as const) {
      const grid = await build(events, temporalBinary({ bits: 3, dt: 50 }), { device, window: { from: 75n, to: 1000n } });
      assert.deepEqual([...grid.data], [0b011, 0b010, 0, 0b100]);
    }
  });
  it("counts durations of a window from the origin of the recording", async () => {
    const grid = await build(events, eventCount(), { window: { from: "50us", to: "100us" } });
    assert.deepEqual([...grid.channel("on")], [1, 0, 0, 0]);
    assert.deepEqual(grid.window, { from: 150n, to: 200n });
  });

  it("shows itself as a picture of its channels", async () => {
    const grid = await build(events, voxelGrid({ bins: 3 }));
    const bundle = grid[Symbol.for("Jupyter.display") as never] as unknown as () => Record<string, string>;
    const { "image/png": png, "text/plain": text } = bundle.call(grid);
    const picture = decode(Buffer.from(png!, "base64"));
    assert.deepEqual([picture.width, picture.height], [3 * 4 + 2 * 2, 1]);
    assert.deepEqual([picture.data[0], picture.data[1], picture.data[4]], [255, 0, 255]);
    assert.match(text!, /voxel.*\[1, 4, 3\]/);
  });
  it("becomes a tensor of the engine in use", async () => {
    const cases: readonly [Representation, string][] = [[voxelGrid({ bins: 3 }), "float32"], [eventCount(), "int32"]];
    for (const [representation, dtype] of cases) {
      const grid = await build(events, representation);
      const tensor = await grid.toTensor();
      assert.deepEqual(tensor.shape, grid.shape);
      assert.equal(tensor.dtype, dtype);
      assert.deepEqual([...(await tensor.data())], [...grid.data]);
      tensor.dispose();
    }
  });
  it("names the channels there are when asked for another", async () => {
    const grid = await build(events, eventCount());
    assert.throws(() => grid.channel("of"), (error) => isEvtlabError(error, "OptionError") && /"off"/.test(error.message));
    assert.throws(() => grid.channel(2), (error) => isEvtlabError(error, "OptionError"));
  });

  it("refuses a device that a representation has no kernel for", async () => {
    await assert.rejects(build(events, voxelGrid({ bins: 2 }), { device: "webgpu" }), (error) => isEvtlabError(error, "DeviceError"));
  });
  it("refuses unknown and impossible options", async () => {
    const refused = [
      () => voxelGrid({ bins: 0 }),
      () => voxelGrid({ bins: 2.5 }),
      () => voxelGrid({ bins: 2, bin: 3 } as never),
      () => voxelGrid({ bins: 2, convention: "e2vd" as never }),
      () => timeSurface({ decay: "linear", tau: 5 } as never),
      () => timeSurface({ decay: "exponential", tau: 0 }),
      () => timeSurface({ decay: "exponential" } as never),
      () => temporalBinary({ bits: 17 }),
      () => eventCount({ merge: true } as never),
    ];
    for (const make of refused) assert.throws(make, (error) => isEvtlabError(error, "OptionError"), String(make));
    await assert.rejects(build(events, eventCount(), { devise: "cpu" } as never), (error) => isEvtlabError(error, "OptionError"));
  });
});

describe("represent: representations by their text", () => {
  it("reads the example of each that is registered", () => {
    for (const { name, example } of representations()) assert.ok(parseRepresentation(example).id.startsWith(name));
  });
  it("is the same representation as the call", () => {
    assert.equal(
      parseRepresentation("voxel:bins=7,convention=tonic,polarity=split").id,
      voxelGrid({ bins: 7, convention: "tonic", polarity: "split" }).id,
    );
    assert.equal(parseRepresentation("tbr:dt=2500,newest=lsb").id, temporalBinary({ dt: "2.5ms", newest: "lsb" }).id);
  });
  it("refuses what it does not know, naming it", () => {
    for (const text of ["voxels", "voxel", "voxel:", "voxel:bins=5,bins=6", "voxel:bins", "voxel:bins=five", "voxel:bins=5,x=1"]) {
      assert.throws(() => parseRepresentation(text), (error) => isEvtlabError(error, "OptionError"), text);
    }
  });
});
