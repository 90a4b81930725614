/**
 * The minimum of a smooth convex function by L-BFGS (Nocedal 1980): gradients of the last steps stand for the curvature.
 * @module
 */

/** Value at `x`; writes the gradient into `gradient`. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export interface MinimiseOptions {
  /** Done when no entry of the gradient is larger. */
  readonly tolerance: number;
  readonly iterations: number;
}

/** Steps that are remembered. */
const memory = 10;

/** The place of the minimum, from `start`; the best place so far when the iterations do not suffice. */
export function minimise(objective: Objective, start: Float64Array, { tolerance, iterations }: MinimiseOptions): Float64Array {
  let x: Float64Array = start.slice();
  let gradient: Float64Array = new Float64Array(x.length);
  let value = objective(x, gradient);
  const steps: { s: Float64Array; y: Float64Array; sy: number }[] = [];
  for (let i = 0; i < iterations && gradient.some((entry) => Math.abs(entry) > tolerance); i++) {
    const direction = descent(gradient, steps);
    const found = search(objective, x, value, gradient, direction, i === 0 ? 1 / Math.max(1, Math.sqrt(dot(gradient, gradient))) : 1);
    if (found === undefined) {
      // At the limit of the numbers no step goes down, or the remembered curvature misleads: once more without it.
      if (steps.length === 0) break;
      steps.length = 0;
      continue;
    }
    const s = found.x.map((entry, k) => entry - x[k]!);
    const y = found.gradient.map((entry, k) => entry - gradient[k]!);
    const sy = dot(s, y);
    if (sy > 0) steps.push({ s, y, sy });
    if (steps.length > memory) steps.shift();
    ({ x, value, gradient } = found);
  }
  return x;
}

/** Minus the inverse curvature times the gradient, by the two-loop recursion. */
function descent(gradient: Float64Array, steps: readonly { s: Float64Array; y: Float64Array; sy: number }[]): Float64Array {
  const direction = gradient.map((entry) => -entry);
  const shares = steps.toReversed().map(({ s, y, sy }) => {
    const share = dot(s, direction) / sy;
    add(direction, -share, y);
    return share;
  }).toReversed();
  const last = steps.at(-1);
  if (last) {
    const scale = last.sy / dot(last.y, last.y);
    for (let k = 0; k < direction.length; k++) direction[k]! *= scale;
  }
  steps.forEach(({ s, y, sy }, i) => add(direction, shares[i]! - dot(y, direction) / sy, s));
  return direction;
}

/** A step that goes down enough and not too short (weak Wolfe conditions), by doubling and halving. */
function search(objective: Objective, x: Float64Array, value: number, gradient: Float64Array, direction: Float64Array, first: number): { x: Float64Array; value: number; gradient: Float64Array } | undefined {
  const slope = dot(gradient, direction);
  if (!(slope < 0)) return undefined;
  let [low, high, step] = [0, Infinity, first];
  for (let tries = 0; tries < 50; tries++) {
    const there = x.map((entry, k) => entry + step * direction[k]!);
    const gradientThere = new Float64Array(x.length);
    const valueThere = objective(there, gradientThere);
    if (!(valueThere <= value + 1e-4 * step * slope)) high = step;
    else if (dot(gradientThere, direction) < 0.9 * slope) low = step;
    else return { x: there, value: valueThere, gradient: gradientThere };
    step = high === Infinity ? 2 * low : (low + high) / 2;
  }
  return undefined;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}

function add(to: Float64Array, times: number, what: Float64Array): void {
  for (let k = 0; k < to.length; k++) to[k]! += times * what[k]!;
}
