/**
 * Stacked LSTM with the parameters of `torch.nn.LSTM`.
 * @module
 */
import { core, lstmLayer } from "../engine/index.js";
import type { Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs-core";
import { uniform } from "./initialise.js";
import type { ParameterSet } from "./parameters.js";

export interface LstmShape {
  readonly inputs: number;
  readonly units: number;
  readonly layers: number;
}

/** `name`.weight_ih_lN [4·units, inputs], .weight_hh_lN [4·units, units], .bias_ih_lN and .bias_hh_lN [4·units]; gates i, f, g, o. */
export function addLstm(parameters: ParameterSet, name: string, { inputs, units, layers }: LstmShape): void {
  const usual = uniform(1 / Math.sqrt(units));
  for (let layer = 0; layer < layers; layer++) {
    parameters.add(`${name}.weight_ih_l${layer}`, [4 * units, layer === 0 ? inputs : units], usual);
    parameters.add(`${name}.weight_hh_l${layer}`, [4 * units, units], usual);
    parameters.add(`${name}.bias_ih_l${layer}`, [4 * units], usual);
    parameters.add(`${name}.bias_hh_l${layer}`, [4 * units], usual);
  }
}

/** States of all layers, each [B, units]. */
export interface LstmStates {
  readonly hidden: readonly Tensor2D[];
  readonly cell: readonly Tensor2D[];
}

/** `x` [T, B, inputs], time first → the hidden states of the last layer [T, B, units] and the last states of all. */
export function lstm(parameters: ParameterSet, name: string, x: Tensor3D, first?: LstmStates): { readonly y: Tensor3D; readonly last: LstmStates } {
  const tf = core();
  const hidden: Tensor2D[] = [];
  const cell: Tensor2D[] = [];
  let y = x;
  for (let layer = 0; parameters.has(`${name}.weight_ih_l${layer}`); layer++) {
    const get = <T extends Tensor1D | Tensor2D>(part: string): T => parameters.get<T>(`${name}.${part}_l${layer}`) as T;
    const weights = { input: get<Tensor2D>("weight_ih"), hidden: get<Tensor2D>("weight_hh"), bias: tf.add<Tensor1D>(get("bias_ih"), get("bias_hh")) };
    const zeros = (): Tensor2D => tf.zeros([x.shape[1], weights.hidden.shape[1]]);
    const result = lstmLayer(y, weights, first?.hidden[layer] ?? zeros(), first?.cell[layer] ?? zeros());
    y = result.y;
    hidden.push(result.hidden);
    cell.push(result.cell);
  }
  return { y, last: { hidden, cell } };
}
