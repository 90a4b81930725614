/**
 * What a method is worth: scores with intervals, by protocols that are said aloud, beside controls that know no faces.
 * @module
 */
export type { EpochPredictions, Fitted, FitProgress, FitTask, Judgement, Method, Predictions, WindowPrediction } from "./method.js";
export { fitLogistic, predictLogistic, scaled, scaleOf, type Logistic, type LogisticOptions, type Rows, type Scale } from "./controls/logistic.js";
export { Bootstrap, type BootstrapOptions, type Interval, type Scorer, type SeededTallies } from "./metrics/bootstrap.js";
export { mcnemar, type McNemar } from "./metrics/mcnemar.js";
export { meanAbsoluteError, psnr, ssim, type Picture } from "./metrics/pictures.js";
export { classification, classScores, confusionMatrix, reliability, scoreNames, scores, scoresOf, type ClassScores, type ReliabilityBin, type ScoreName, type Scores } from "./metrics/scores.js";
export { talliesBySubject, tally } from "./metrics/tally.js";
export { checkPredictions, sequences } from "./predictions.js";
export { eventTotals, majority, pooledCounts, type ControlWindows } from "./controls/counts.js";
export { evaluate, modelFreeControls, type EvaluateOptions, type EvaluateProgress } from "./evaluate.js";
export { disagreement } from "./measure.js";
export type { EvaluationProtocol } from "./protocols.js";
export type { CellReport, Comparison, Level, Measured, MethodReport, Optimism, ProtocolReport, ReportData, ReportedMethod, ReportedSplit, ReportOfData, ReportSettings } from "./report/data.js";
export { intervals, type IntervalsOptions, type Marks } from "./figures/intervals.js";
export { EvaluationReport, type ReportPlace } from "./report/report.js";
export { meanPicture, scoreReconstruction, type ReconstructedPicture, type ReconstructionOptions, type ReconstructionScore } from "./reconstruction.js";
export type { ReconstructionReport, ReconstructionScores } from "./report/reconstruction.js";
