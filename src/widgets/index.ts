export { live } from "./live.js";
export { Widget, type WidgetOptions, type WidgetState, type WidgetValue } from "./model.js";
export type { WidgetJson } from "./comms.js";
export { slider, type SliderOptions } from "./slider.js";
