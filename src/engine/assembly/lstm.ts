// The cell of an LSTM, forward and backward. Units are a multiple of 4; gates lie as i, f, g, o.
import { hyperbolicTangent, logistic } from "./exponential";

/** gates [batch, 4·units] become activated after `recurrent` and `bias` are added; cell and hidden state after them. */
export function lstmForward(
  gates: usize, recurrent: usize, bias: usize, before: usize, cell: usize, hidden: usize, batch: i32, units: i32,
): void {
  const gate = <usize>units << 2;
  for (let b = 0; b < batch; b++) {
    for (let u: usize = 0; u < gate; u += 16) {
      const i = logistic(sum(gates + u, recurrent + u, bias + u));
      const f = logistic(sum(gates + gate + u, recurrent + gate + u, bias + gate + u));
      const g = hyperbolicTangent(sum(gates + 2 * gate + u, recurrent + 2 * gate + u, bias + 2 * gate + u));
      const o = logistic(sum(gates + 3 * gate + u, recurrent + 3 * gate + u, bias + 3 * gate + u));
      const c = f32x4.add(f32x4.mul(f, v128.load(before + u)), f32x4.mul(i, g));
      v128.store(gates + u, i);
      v128.store(gates + gate + u, f);
      v128.store(gates + 2 * gate + u, g);
      v128.store(gates + 3 * gate + u, o);
      v128.store(cell + u, c);
      v128.store(hidden + u, f32x4.mul(o, hyperbolicTangent(c)));
    }
    gates += 4 * gate; recurrent += 4 * gate;
    before += gate; cell += gate; hidden += gate;
  }
}

// @ts-ignore: decorator
@inline
function sum(a: usize, b: usize, c: usize): v128 {
  return f32x4.add(f32x4.add(v128.load(a), v128.load(b)), v128.load(c));
}

/**
 * Gradient of the gates before activation, from that of the hidden state, `dy` + `dh`, and of the cell, `dc`, which then is
 * that of the cell before.
 */
export function lstmBackward(
  gates: usize, before: usize, cell: usize, dy: usize, dh: usize, dc: usize, dgates: usize, batch: i32, units: i32,
): void {
  const gate = <usize>units << 2;
  const one = f32x4.splat(1);
  for (let b = 0; b < batch; b++) {
    for (let u: usize = 0; u < gate; u += 16) {
      const i = v128.load(gates + u), f = v128.load(gates + gate + u), g = v128.load(gates + 2 * gate + u), o = v128.load(gates + 3 * gate + u);
      const t = hyperbolicTangent(v128.load(cell + u));
      const h = f32x4.add(v128.load(dy + u), v128.load(dh + u));
      const d = f32x4.add(v128.load(dc + u), f32x4.mul(f32x4.mul(h, o), f32x4.sub(one, f32x4.mul(t, t))));
      v128.store(dgates + u, f32x4.mul(f32x4.mul(d, g), f32x4.mul(i, f32x4.sub(one, i))));
      v128.store(dgates + gate + u, f32x4.mul(f32x4.mul(d, v128.load(before + u)), f32x4.mul(f, f32x4.sub(one, f))));
      v128.store(dgates + 2 * gate + u, f32x4.mul(f32x4.mul(d, i), f32x4.sub(one, f32x4.mul(g, g))));
      v128.store(dgates + 3 * gate + u, f32x4.mul(f32x4.mul(h, t), f32x4.mul(o, f32x4.sub(one, o))));
      v128.store(dc + u, f32x4.mul(d, f));
    }
    gates += 4 * gate; dgates += 4 * gate;
    before += gate; cell += gate; dy += gate; dh += gate; dc += gate;
  }
}
