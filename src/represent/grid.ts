/**
 * What `build` returns: a dense array that knows its channels, where it came from, and how to show itself.
 * @module
 */
import { encode } from "fast-png";
import type { Tensor3D } from "@tensorflow/tfjs-core";
import { writeWhole } from "../bytes/index.js";
import { FormatError, OptionError } from "../errors.js";
import type { SensorWindow } from "../events/time.js";
import { endingOf, readStored, toNpz, toSafetensors } from "./grid-file.js";
import type { Device, GridData, GridLike, GridShape } from "./representation.js";

/** Data of [height, width, channels], channels last, in row-major order. */
export class Grid<Data extends GridData = GridData> implements GridLike<Data> {
  readonly data: Data;
  readonly shape: GridShape;
  readonly channels: readonly string[];
  /** Id of the representation that made it. */
  readonly representation: string;
  /** Window of the events in it, on the sensor clock. */
  readonly window: SensorWindow;
  /** Device that built it. */
  readonly device: Device;

  constructor(grid: GridLike<Data>, from: { representation: string; window: SensorWindow; device: Device }) {
    this.data = grid.data;
    this.shape = grid.shape;
    this.channels = grid.channels;
    this.representation = from.representation;
    this.window = from.window;
    this.device = from.device;
  }

  get height(): number {
    return this.shape[0];
  }
  get width(): number {
    return this.shape[1];
  }

  /**
   * One channel as an image of height × width: a copy, or the data itself when there is only one channel.
   * @throws OptionError when there is no such channel.
   */
  channel(channel: number | string): Data {
    const count = this.channels.length;
    const index = typeof channel === "number" ? channel : this.channels.indexOf(channel);
    if (!Number.isInteger(index) || index < 0 || index >= count) {
      throw new OptionError({
        where: `channel of ${this.representation}`,
        expected: `one of ${this.channels.map((name, i) => `${i} ("${name}")`).join(", ")}`,
        received: typeof channel === "string" ? `"${channel}"` : String(channel),
      });
    }
    if (count === 1) return this.data;
    const image = new (this.data.constructor as new (length: number) => Data)(this.data.length / count);
    for (let i = 0, cell = index; i < image.length; i++, cell += count) image[i] = this.data[cell]!;
    return image;
  }

  /**
   * The grid as a tensor [height, width, channels] on the engine in use, of float32, or of int32 for integers. The
   * caller disposes of it.
   * @throws OptionError for counts of 2^31 and more, which int32 cannot hold.
   */
  async toTensor(): Promise<Tensor3D> {
    const { tensorFrom } = await import("../engine/index.js");
    if (this.data instanceof Float32Array) return (await tensorFrom(this.data, this.shape, "float32")) as Tensor3D;
    const integers = Int32Array.from(this.data);
    if (this.data instanceof Uint32Array && integers.some((value) => value < 0)) {
      throw new OptionError({ where: `tensor of ${this.representation}`, expected: "counts below 2^31", received: "a greater one" });
    }
    return (await tensorFrom(integers, this.shape, "int32")) as Tensor3D;
  }

  /**
   * Writes the grid: `.npz` (NumPy opens it) and `.safetensors` with all it knows, `.png` as the picture that a notebook
   * shows. The file appears when it is whole.
   * @throws FormatError for another ending, SourceError when it cannot be written.
   */
  async save(path: string): Promise<void> {
    const ending = endingOf(path);
    if (ending === "npz") return writeWhole(path, [toNpz(this, this)]);
    if (ending === "safetensors") return writeWhole(path, toSafetensors(this, this));
    if (ending === "png") return writeWhole(path, [contactSheet(this)]);
    throw new FormatError({ where: path, expected: "a name that ends in .npz, .safetensors or .png", received: ending === "" ? "none" : `.${ending}` });
  }

  /** The grid in a `.npz` or `.safetensors` file that {@link Grid.save} wrote. @throws SourceError, FormatError */
  static async load(path: string): Promise<Grid> {
    const { grid, from } = await readStored(path);
    return new Grid(grid, from);
  }

  toString(): string {
    return `${this.representation} [${this.shape.join(", ")}] (${this.channels.join(", ")}) built on ${this.device}`;
  }

  /** A MIME bundle: a picture in colour, or the channels side by side in grey on one scale, and a line of text. */
  [Symbol.for("Jupyter.display")](): Record<string, string> {
    const bundle = { "text/plain": this.toString() };
    if (this.data.length === 0) return bundle;
    return { ...bundle, "image/png": Buffer.from(contactSheet(this)).toString("base64") };
  }
}

/** The picture of bytes in red, green and blue; otherwise channels in rows of at most four, dark to bright from the least to the greatest value. */
function contactSheet({ data, shape: [height, width, channels], channels: names }: GridLike): Uint8Array {
  if (data instanceof Uint8Array && names.join() === "red,green,blue") return encode({ width, height, data, channels: 3, depth: 8 });
  const columns = Math.min(channels, 4);
  const rows = Math.ceil(channels / columns);
  const gap = 2;
  const sheet = { width: columns * (width + gap) - gap, height: rows * (height + gap) - gap };
  const pixels = new Uint8Array(sheet.width * sheet.height).fill(255);
  let least = Infinity;
  let greatest = -Infinity;
  for (const value of data) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  const scale = greatest > least ? 255 / (greatest - least) : 0;
  for (let channel = 0; channel < channels; channel++) {
    const left = (channel % columns) * (width + gap);
    const top = Math.floor(channel / columns) * (height + gap);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const value = data[(y * width + x) * channels + channel]!;
        pixels[(top + y) * sheet.width + left + x] = (value - least) * scale;
      }
    }
  }
  return encode({ ...sheet, data: pixels, channels: 1, depth: 8 });
}
