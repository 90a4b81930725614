export type { EpochPredictions, Fitted, FitProgress, FitTask, Method, Predictions, WindowPrediction } from "./method.js";
