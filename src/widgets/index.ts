export { live } from "./live.js";
export { Widget, type WidgetOptions, type WidgetState, type WidgetValue } from "./model.js";
export type { WidgetJson } from "./comms.js";
export { progress, type ProgressOptions } from "./progress.js";
export { megabytes, progressBar, type ProgressBar, type ProgressBarOptions } from "../progress/bar.js";
export { slider, type SliderOptions } from "./slider.js";
