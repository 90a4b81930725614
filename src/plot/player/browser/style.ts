/** The style sheet inside the player; nothing of the page around it comes in, nothing goes out. */
export const style = `
:host { display: block; container-type: inline-size; }
.player { --ink: #2f3640; --faint: #6a737d; --line: #d9dde2; --ground: #ffffff; --raised: #f3f5f7; --accent: #1b6390;
  color: var(--ink); font: 13px/1.4 system-ui, sans-serif; outline: none; }
.player.dark { --ink: #dde3ea; --faint: #96a0ab; --line: #3a424c; --ground: #14181d; --raised: #262c34; --accent: #86c1cf; color-scheme: dark; }
.player.light { color-scheme: light; }
.player:focus-visible .stages { box-shadow: 0 0 0 2px var(--accent); }
.stages { display: flex; gap: 6px; border-radius: 3px; }
.stage { position: relative; flex: 1 1 0; min-width: 0; background: var(--ground); border: 1px solid var(--line); border-radius: 3px; overflow: hidden; }
.stage.cloud { cursor: grab; touch-action: none; }
.stage.cloud:active { cursor: grabbing; }
.layer { position: absolute; inset: 0; width: 100%; height: 100%; display: block; pointer-events: none; }
.layer[hidden] { display: none; }
.layer.frame { object-fit: contain; }
.layer.pixelated { image-rendering: pixelated; }
.waiting { position: absolute; right: 8px; top: 6px; color: var(--faint); font-size: 12px; }
.timeline { position: relative; height: 34px; margin-top: 6px; overflow: clip; }
.timeline canvas { position: absolute; inset: 0; width: 100%; height: 100%; }
.timeline .span, .timeline .now { position: absolute; inset: 0; pointer-events: none; transform-origin: 0 0; will-change: transform; }
.timeline .span { bottom: 3px; background: var(--accent); opacity: .28; }
.timeline .now { border-left: 2px solid var(--accent); margin-left: -1px; }
.timeline input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: pointer; appearance: none; }
/* A thumb as wide as the line it stands for: a click goes to where it points. */
.timeline input::-webkit-slider-thumb { appearance: none; width: 1px; height: 34px; }
.timeline input::-moz-range-thumb { width: 1px; height: 34px; border: 0; }
.timeline:focus-within { outline: 2px solid var(--accent); outline-offset: 1px; border-radius: 2px; }
.controls { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 7px; margin-top: 4px; font-size: 12px; }
.time { font-variant-numeric: tabular-nums; min-width: 10.5em; margin-left: 2px; }
.time span { color: var(--faint); }
.right { margin-left: auto; }
button, select { font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--line); border-radius: 4px; height: 26px; padding: 0 7px; margin: 0; cursor: pointer; }
button:hover, select:hover { border-color: var(--faint); }
button:focus-visible, select:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
button.round { width: 30px; padding: 0; display: inline-flex; align-items: center; justify-content: center; }
button.plain { background: none; }
button svg { width: 14px; height: 14px; fill: currentColor; display: block; }
button[aria-pressed="false"].plain { opacity: .45; }
label { display: inline-flex; align-items: center; gap: 5px; color: var(--faint); }
label select { color: var(--ink); padding: 0 2px; margin-right: 3px; }
.choice { display: inline-flex; }
.choice button { border-radius: 0; background: none; margin-left: -1px; color: var(--faint); }
.choice button:first-child { border-radius: 4px 0 0 4px; margin-left: 0; }
.choice button:last-child { border-radius: 0 4px 4px 0; }
.choice button[aria-pressed="true"] { background: var(--raised); color: var(--ink); }
.foot { display: flex; flex-wrap: wrap; gap: 0 14px; color: var(--faint); font-size: 12px; margin-top: 5px; }
.foot .legend b { font-weight: 600; }
kbd { font: inherit; color: var(--ink); margin-left: 10px; }
kbd:first-child { margin-left: 0; }
.fault { border: 1px solid var(--line); border-left: 3px solid #d55e00; border-radius: 3px; padding: 8px 12px; background: var(--raised); }
@container (max-width: 520px) { .help { display: none; } .time { min-width: 0; } }
`;
