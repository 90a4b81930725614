// Stands for what the danfojs bundle leaves out: spreadsheets, downloads and danfojs' own plots.
module.exports = new Proxy(function missing() {}, {
  get: (_, name) => (name === "__esModule" || typeof name === "symbol" ? undefined : missing),
  apply: missing,
});
function missing() {
  throw new Error("expected CSV, JSON or columns in memory: the danfojs inside evtlab reads no Excel files and no URLs, and does not plot. Use evtlab/plot, or install danfojs-node for those.");
}
