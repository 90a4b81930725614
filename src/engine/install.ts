/**
 * Builds a native engine: tfjs-node's addon against the TensorFlow that PyPI has.
 *
 * The addon is two C++ files on TensorFlow's C interface, and the wheel of PyPI holds the two libraries and the headers
 * they need. Python only brings the file; nothing of it is used when the engine runs. The build is made beside its
 * place and renamed at the end, so an interrupted one leaves nothing behind.
 * @module
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { MissingError } from "../errors.js";
import { enginePlace, nativeVersion, type NativeName } from "./native.js";
import { findProgram, runProgram } from "./program.js";

const tensorflowVersion = "2.21.0";

export interface InstallOptions {
  /** Called with a sentence at the start of each step. */
  readonly onProgress?: (step: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Builds the engine into {@link enginePlace} and resolves with that folder. Takes a minute or two and 1 GB of memory.
 * @throws MissingError naming the tool, package or index that is missing.
 */
export async function installNative(name: NativeName, { onProgress = () => undefined, signal }: InstallOptions = {}): Promise<string> {
  const tools = await findTools();
  const place = enginePlace(name);
  const work = `${place}.building-${process.pid}`;
  const path = join(work, "node_modules", "@tensorflow", name);
  const run = (command: string, args: readonly string[], cwd = work): Promise<string> => runProgram(command, args, { cwd, signal });
  try {
    await mkdir(work, { recursive: true });
    await writeFile(join(work, "package.json"), JSON.stringify({ private: true, name: `evtlab-engine-${name}` }));

    onProgress(`installing @tensorflow/${name} ${nativeVersion} from the npm registry`);
    await run("npm", ["install", "--ignore-scripts", "--save-exact", "--no-audit", "--no-fund", `@tensorflow/${name}@${nativeVersion}`]);

    const wheel = name === "tfjs-node-gpu" ? "tensorflow" : "tensorflow-cpu";
    onProgress(`downloading ${wheel} ${tensorflowVersion} (${name === "tfjs-node-gpu" ? 572 : 274} MB) from the Python package index`);
    await run(tools.python, ["-m", "pip", "download", "--no-deps", "--only-binary=:all:", "-d", "wheel", `${wheel}==${tensorflowVersion}`]);

    onProgress("unpacking two libraries and their headers");
    const cuda = (await run(tools.python, ["-c", unpack, "wheel", join(path, "deps")])).split("\n").filter(Boolean);
    await rm(join(work, "wheel"), { recursive: true });
    for (const library of ["cc", "framework"]) {
      const link = library === "cc" ? "libtensorflow.so" : "libtensorflow_framework.so";
      await symlink(`libtensorflow_${library}.so.2`, join(path, "deps", "lib", link));
    }
    if (tools.strip !== undefined) {
      const lib = join(path, "deps", "lib");
      await run(tools.strip, ["--strip-unneeded", ...(await readdir(lib)).filter((file) => file.endsWith(".so.2")).map((file) => join(lib, file))]);
    }

    onProgress("compiling the addon");
    const variables = ["--module_name=tfjs_binding", `--module_path=${join(path, "lib", "napi-v8")}`, "--napi_build_version=8"];
    const headers = tools.headers === undefined ? [] : [`--nodedir=${tools.headers}`];
    await run(tools.gyp[0]!, [...tools.gyp.slice(1), "configure", "build", ...headers, ...variables], path);
    for (const folder of ["build", join("deps", "include")]) await rm(join(path, folder), { recursive: true, force: true });

    if (name === "tfjs-node-gpu") {
      onProgress("installing the CUDA libraries that TensorFlow asks for (some GB)");
      await run(tools.python, ["-m", "pip", "install", "--quiet", "--no-deps", "--only-binary=:all:", "--target", "cuda", ...cuda]);
      // TensorFlow looks for them in ../nvidia, seen from the folder of its libraries.
      await symlink(join("..", "..", "..", "..", "cuda", "nvidia"), join(path, "deps", "nvidia"));
    }

    onProgress("loading it once");
    await runProgram(process.execPath, ["-e", `require("node:util").isNullOrUndefined ??= (value) => value == null; require(${JSON.stringify(path)})`], { signal });
    await rm(place, { recursive: true, force: true });
    await rename(work, place);
    return place;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Unpacks what is needed of the wheel in folder argv[1] to argv[2], and prints the requirements of its CUDA extra. */
const unpack = String.raw`
import glob, os, re, shutil, sys, zipfile
archive = zipfile.ZipFile(glob.glob(sys.argv[1] + "/*.whl")[0])
headers = re.compile(r"tensorflow/include/(tensorflow/c/|tensorflow/core/platform/ctstring|tsl/platform/ctstring|xla/tsl/c/).*\.h$")
for member in archive.namelist():
    if re.fullmatch(r"tensorflow/libtensorflow_(cc|framework)\.so\.2", member):
        target = os.path.join(sys.argv[2], "lib", os.path.basename(member))
    elif headers.match(member):
        target = os.path.join(sys.argv[2], "include", member[len("tensorflow/include/"):])
    else:
        if member.endswith(".dist-info/METADATA"):
            for line in archive.read(member).decode().splitlines():
                found = re.match(r"Requires-Dist: (nvidia[^;]*);.*and-cuda", line)
                if found:
                    print(found.group(1).strip().replace(" ", ""))
        continue
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with archive.open(member) as source, open(target, "wb") as file:
        shutil.copyfileobj(source, file, 1 << 20)
`;

interface Tools {
  readonly python: string;
  readonly strip: string | undefined;
  /** How node-gyp is called. */
  readonly gyp: readonly string[];
  /** Prefix whose include/node holds node.h; without it node-gyp downloads the headers. */
  readonly headers: string | undefined;
}

async function findTools(): Promise<Tools> {
  if (process.platform !== "linux") {
    throw new MissingError({ where: "evtlab engine install", expected: "Linux", received: process.platform, next: "Use the wasm engine, or npm install @tensorflow/tfjs-node" });
  }
  for (const [program, next] of [
    ["npm", "Install npm"],
    ["python3", "apt-get install python3 python3-pip"],
    ["g++", "apt-get install g++"],
    ["make", "apt-get install make"],
  ] as const) {
    if (findProgram(program) === undefined) throw new MissingError({ where: "evtlab engine install", expected: `the program ${program}`, received: "none on the PATH", next });
  }
  const python = findProgram("python3")!;
  try {
    await runProgram(python, ["-m", "pip", "--version"]);
  } catch (cause) {
    throw new MissingError({ where: "evtlab engine install", expected: "pip for python3", received: "none", next: "apt-get install python3-pip", cause });
  }
  const globals = (await runProgram("npm", ["root", "-g"])).trim();
  const bundled = join(globals, "npm", "node_modules", "node-gyp", "bin", "node-gyp.js");
  const prefixes = [dirname(dirname(process.execPath)), "/usr", "/usr/local"];
  return {
    python,
    strip: findProgram("strip"),
    gyp: existsSync(bundled) ? [process.execPath, bundled] : ["npx", "--yes", "node-gyp@11"],
    headers: prefixes.find((prefix) => existsSync(join(prefix, "include", "node", "node.h"))),
  };
}
