/** The style sheet of an exported page. */
export const pageStyle = `
:root { color-scheme: light dark; --text: #1f2328; --faint: #656d76; --back: #fff; --panel: #f6f8fa; --line: #d1d9e0;
  --keyword: #8250df; --string: #0a5d3c; --number: #0550ae; --error: #fff1f0; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --faint: #9198a1; --back: #0d1117; --panel: #161b22; --line: #30363d;
  --keyword: #d2a8ff; --string: #7ee2b8; --number: #79c0ff; --error: #2d1517; } }
body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
section { margin: 1rem 0; }
pre { margin: .5rem 0; padding: .6rem .8rem; overflow: auto; font: 13px/1.45 ui-monospace, monospace; border-radius: 6px; max-height: 40rem; }
.source { background: var(--panel); border: 1px solid var(--line); max-height: none; }
.stderr { background: var(--error); }
.error { background: var(--error); border-left: 3px solid #d1242f; }
.output { overflow: auto; }
.output img { max-width: 100%; height: auto; background: #fff; }
.keyword { color: var(--keyword); } .string { color: var(--string); } .number { color: var(--number); } .comment { color: var(--faint); font-style: italic; }
table { border-collapse: collapse; } th, td { border: 1px solid var(--line); padding: .25rem .6rem; }
.text code { background: var(--panel); padding: .1em .3em; border-radius: 4px; font-size: 90%; }
.text pre code { background: none; padding: 0; }
a { color: var(--number); }
`;
