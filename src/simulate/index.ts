export * from "./facelike.js";
export { movingEdges, type MovingEdgesOptions } from "./moving-edges.js";
