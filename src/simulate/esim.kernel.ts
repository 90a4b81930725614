/**
 * The pixel of ESIM: the WebAssembly kernel.
 * @module
 */
import type { EventColumns, SensorSize } from "../events/schema.js";
import { esimLog } from "./esim.definition.js";
import type { EsimParameters } from "./esim.js";
import type { Light } from "./light.js";
import type { PixelModel } from "./pixel-model.js";
import { field, SimulationBlock, value } from "./simulation-block.js";
import { drawThresholds } from "./thresholds.js";

export class EsimKernel implements PixelModel {
  readonly #block: SimulationBlock;

  constructor(sensor: SensorSize, parameters: EsimParameters) {
    const block = new SimulationBlock(sensor, { number: 8, active: 24 });
    this.#block = block;
    drawThresholds(sensor, parameters, block);
    block.last.fill(-Infinity);
    block.tableDoubles.set(Float64Array.from({ length: 256 }, (_, code) => esimLog(code, parameters.dark)));
    block.values[value.filter] = parameters.dark;
    block.values[value.refractory] = parameters.refractory;
  }

  get pending(): number {
    return this.#block.state[field.events]!;
  }

  begin(light: Light): void {
    const { arena, offset, values } = this.#block;
    values[value.to] = light.t;
    this.#block.show(light);
    arena.kernels.esimBegin(offset);
    this.#block.checkLight(light);
  }

  *step(light: Light): Generator<EventColumns> {
    const block = this.#block;
    const { arena, offset, values } = block;
    values[value.from] = values[value.to]!;
    values[value.to] = light.t;
    block.show(light);
    arena.kernels.esimStep(offset);
    block.checkLight(light);
    while (!arena.kernels.esimEmit(offset)) yield block.take();
  }

  take(): EventColumns {
    return this.#block.take();
  }
}
