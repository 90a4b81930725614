// The import directions of the project: a folder may import what its line names, and itself.
const base = ["errors.ts", "version.ts", "bytes", "wasm"];
const tables = [...base, "events"];
const middle = [...tables, "progress", "filters", "quality", "codecs", "represent", "simulate", "plot", "engine"];
const directions = {
  "errors.ts": [],
  "version.ts": [],
  "unwound.ts": [],
  bytes: ["errors.ts"],
  wasm: ["errors.ts"],
  engine: ["errors.ts", "unwound.ts"],
  jupyter: ["errors.ts", "version.ts"],
  progress: ["errors.ts", "unwound.ts", "events"],
  widgets: ["errors.ts", "progress"],
  events: base,
  codecs: [...tables, "progress"],
  filters: tables,
  quality: [...tables, "filters"],
  represent: [...tables, "engine"],
  simulate: tables,
  plot: [...tables, "represent"],
  models: ["errors.ts", "engine"],
  data: middle,
  evaluate: [...middle, "data", "models", "version.ts"],
  train: [...middle, "data", "models", "evaluate"],
  run: [...middle, "data", "models", "train", "evaluate", "jupyter", "version.ts"],
};

const anywhere = "^(src|kernel-ext|test|notebooks|scripts)/";
const inFolder = (name) => `^src/${name.endsWith(".ts") ? name.replace(".", "\\.") + "$" : name + "/"}`;

export default {
  forbidden: [
    ...Object.entries(directions).map(([folder, allowed]) => ({
      name: `${folder.replace(".ts", "")}-imports`,
      comment: `src/${folder} may import ${allowed.join(", ") || "nothing of src"}`,
      severity: "error",
      from: { path: inFolder(folder) },
      // errors.ts may name the types that its errors carry.
      to: { path: anywhere, pathNot: [folder, ...allowed].map(inFolder), ...(folder === "errors.ts" && { dependencyTypesNot: ["type-only"] }) },
    })),
    {
      name: "src-knows-no-kernel",
      comment: "values reach a notebook through Symbol.for('Jupyter.display'), so src imports nothing of kernel-ext or test",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(kernel-ext|test|notebooks|scripts)/" },
    },
    {
      name: "kernel-imports",
      comment: "the kernel knows the wire, the errors and what an interrupt leaves, not the laboratory",
      severity: "error",
      from: { path: "^kernel-ext/" },
      to: { path: anywhere, pathNot: ["^kernel-ext/", inFolder("jupyter"), inFolder("errors.ts"), inFolder("version.ts"), inFolder("unwound.ts"), "^src/wasm/huge-pages\\.ts$", "^src/events/markup\\.ts$"] },
    },
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "declared-packages",
      comment: "what runs at a user's must be in dependencies, not only in devDependencies",
      severity: "error",
      from: { path: "^(src|kernel-ext/src)/" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "resolvable",
      severity: "error",
      from: { path: "^(src|kernel-ext/src)/" },
      to: { couldNotResolve: true, pathNot: "^@webgpu/types$", dependencyTypesNot: ["type-only"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(dist|node_modules/.*)/|^src/(wasm|engine)/assembly/" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: "specify",
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default", "types"], extensions: [".ts", ".js", ".mjs", ".json", ".node"] },
  },
};
