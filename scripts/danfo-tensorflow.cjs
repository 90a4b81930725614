// Stands for @tensorflow/tfjs-node inside the danfojs bundle: the core and its CPU backend, with the methods of
// tensors that danfojs calls (the union package would register them, and weigh 290 MB).
const core = require("@tensorflow/tfjs-core");
require("@tensorflow/tfjs-backend-cpu");
core.findBackend("cpu").firstUse = false; // No banner at the first tensor.

const methods = [
  "add", "sub", "mul", "div", "pow", "mod", "maximum", "minimum", "min", "max", "mean", "sum", "prod", "cumsum",
  "argMin", "argMax", "abs", "neg", "sqrt", "square", "exp", "log", "round", "floor", "ceil", "concat", "transpose",
];
for (const method of methods) {
  core.Tensor.prototype[method] ??= function (...rest) {
    return core[method](this, ...rest);
  };
}
module.exports = core;
