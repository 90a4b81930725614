/**
 * The project around a notebook: its compiler options and where its modules come from.
 * @module
 */
import { fileURLToPath } from "node:url";

import { ts, type TS } from "./typescript.js";

/** A file of this package: modules that the project lacks are looked up from here. */
const ours = fileURLToPath(import.meta.url);
const tslabTypes = fileURLToPath(new URL("../child/tslab.d.ts", import.meta.url));
/** Declares the names that every cell has. */
export const globalTypes: string = fileURLToPath(new URL("../child/globals.d.ts", import.meta.url));

const defaults: TS.CompilerOptions = {
  strict: true,
  lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts", "lib.decorators.d.ts"],
};

/** What a cell needs, whatever the project says. */
const required: TS.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  allowImportingTsExtensions: true,
  resolveJsonModule: true,
  esModuleInterop: true,
  allowSyntheticDefaultImports: true,
  skipLibCheck: true,
  noEmit: true,
  allowUnreachableCode: true,
  allowUnusedLabels: true,
  noUnusedLocals: false,
  noUnusedParameters: false,
  isolatedModules: false,
  verbatimModuleSyntax: false,
  isolatedDeclarations: false,
  erasableSyntaxOnly: false,
  declaration: false,
  composite: false,
  incremental: false,
  checkJs: false,
};

/** Options of the nearest tsconfig.json above the notebook, adapted to cells. */
export function cellOptions(folder: string): TS.CompilerOptions {
  const file = ts.findConfigFile(folder, ts.sys.fileExists);
  let options: TS.CompilerOptions = defaults;
  if (file !== undefined) {
    const { config } = ts.readConfigFile(file, ts.sys.readFile) as { config?: object };
    // Only the options matter: the files of the project are not searched for.
    const host: TS.ParseConfigHost = { ...ts.sys, useCaseSensitiveFileNames: ts.sys.useCaseSensitiveFileNames, readDirectory: () => [] };
    options = ts.parseJsonConfigFileContent(config ?? {}, host, file.replace(/[^/\\]*$/, "")).options;
    options = { ...options, lib: options.lib ?? defaults.lib! };
  }
  const { outDir, rootDir, declarationDir, tsBuildInfoFile, types, ...rest } = options;
  void [outDir, rootDir, declarationDir, tsBuildInfoFile];
  return { ...rest, ...required, types: types?.includes("node") ? types : [...(types ?? []), "node"] };
}

type Resolver = Required<Pick<TS.LanguageServiceHost, "resolveModuleNameLiterals" | "resolveTypeReferenceDirectiveReferences">> & {
  /** Not in the compiler's public types. Without it every cell reads every package.json again. */
  readonly getModuleResolutionCache: () => TS.ModuleResolutionCache;
};

/** Finds modules from the notebook's folder, then from this package. */
export function createResolver(options: TS.CompilerOptions, folder: string): Resolver {
  const [cellPrefix] = cellFile(folder, "*").split("*");
  const cache = ts.createModuleResolutionCache(folder, (name) => name, options);
  const typeCache = ts.createTypeReferenceDirectiveResolutionCache(folder, (name) => name, options, cache.getPackageJsonInfoCache());
  const resolveTypes = (name: string, file: string, redirected: TS.ResolvedProjectReference | undefined): TS.ResolvedTypeReferenceDirectiveWithFailedLookupLocations =>
    ts.resolveTypeReferenceDirective(name, file, options, ts.sys, redirected, typeCache);
  const resolve = (name: string, file: string): TS.ResolvedModuleWithFailedLookupLocations => ts.resolveModuleName(name, file, options, ts.sys, cache);
  return {
    getModuleResolutionCache: () => cache,
    resolveModuleNameLiterals: (literals, containingFile) =>
      literals.map(({ text }) => {
        if (text.startsWith(cellPrefix)) return { resolvedModule: { resolvedFileName: text, extension: ts.Extension.Ts } };
        if (text === "tslab") return { resolvedModule: { resolvedFileName: tslabTypes, extension: ts.Extension.Dts } };
        const found = resolve(text, containingFile);
        const ownPackage = text === "evtlab" || text.startsWith("evtlab/");
        return found.resolvedModule === undefined && ownPackage ? resolve(text, ours) : found;
      }),
    resolveTypeReferenceDirectiveReferences: (references, containingFile, redirected) =>
      references.map((reference) => {
        const name = typeof reference === "string" ? reference : reference.fileName;
        const found = resolveTypes(name, containingFile, redirected);
        return found.resolvedTypeReferenceDirective === undefined && name === "node" ? resolveTypes(name, ours, redirected) : found;
      }),
  };
}

/**
 * Path of the virtual file of a cell; `current` is the one that is looked at. The files lie in the notebook's folder, so
 * that its relative imports and packages are found.
 */
export function cellFile(folder: string, id: number | "current" | "*"): string {
  return `${folder.replaceAll("\\", "/").replace(/\/$/, "")}/.evtlab-cell-${id}.ts`;
}
