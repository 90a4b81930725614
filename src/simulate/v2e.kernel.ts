/**
 * The pixel of v2e: the WebAssembly kernel.
 * @module
 */
import type { EventColumns, SensorSize } from "../events/schema.js";
import type { Light } from "./light.js";
import type { PixelModel } from "./pixel-model.js";
import { field, SimulationBlock, value } from "./simulation-block.js";
import { linLog, V2eClock } from "./v2e.definition.js";
import { drawThresholds } from "./thresholds.js";
import type { V2eParameters } from "./v2e.js";

export class V2eKernel implements PixelModel {
  readonly #block: SimulationBlock;
  readonly #clock: V2eClock;

  constructor(sensor: SensorSize, parameters: V2eParameters) {
    const block = new SimulationBlock(sensor, { number: 4, active: 8 });
    this.#block = block;
    this.#clock = new V2eClock(parameters);
    drawThresholds(sensor, parameters, block);
    block.last.fill(-Infinity);
    block.tableFloats.set(Float32Array.from({ length: 256 }, (_, code) => linLog(code)));
    block.state[field.seed] = this.#clock.seed;
    block.values[value.leakJitter] = parameters.leakJitter;
    block.values[value.nominalOn] = parameters.on;
    block.values[value.nominalOff] = parameters.off;
    block.values[value.refractory] = parameters.refractory;
  }

  get pending(): number {
    return this.#block.state[field.events]!;
  }

  begin(light: Light): void {
    const { arena, offset } = this.#block;
    this.#clock.begin(light.t);
    this.#block.show(light);
    arena.kernels.v2eBegin(offset);
    this.#block.checkLight(light);
  }

  *step(light: Light): Generator<EventColumns> {
    const block = this.#block;
    const { arena, offset, state, values } = block;
    const clock = this.#clock;
    clock.advance(light.t);
    block.show(light);
    state[field.step] = clock.step;
    values[value.from] = clock.from;
    values[value.to] = clock.to;
    values[value.filter] = clock.filter;
    values[value.leak] = clock.leak;
    values[value.shot] = clock.shot;
    arena.kernels.v2eStep(offset);
    block.checkLight(light);
    while (!arena.kernels.v2eEmit(offset)) yield block.take();
  }

  take(): EventColumns {
    return this.#block.take();
  }
}
