export { difficulties, type Difficulty, type DifficultyName, type Range } from "./difficulty.js";
export { makeDataset, type MakeOptions, type MakeProgress, type MakeResult } from "./make.js";
export { tutorialFaces } from "./tutorial.js";
