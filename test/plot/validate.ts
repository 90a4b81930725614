/**
 * Plotly's own validator, loaded without a browser: plotly.js wants a DOM only to draw, so names
 * that answer to anything are enough to load it.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import vm from "node:vm";
import type { Figure } from "../../src/plot/index.js";

interface Complaint {
  readonly msg: string;
}
type Validate = (data: unknown, layout: unknown) => Complaint[] | undefined;

let validate: Validate | undefined;

/** What plotly.js finds wrong with a figure that went through JSON; nothing for a valid one. */
export function complaints(figure: Figure): string[] {
  validate ??= load();
  const { data, layout } = JSON.parse(JSON.stringify(figure), withoutBase64);
  return Array.from(validate(data, layout) ?? [])
    .map(({ msg }) => msg)
    // The validator takes every number of a shared colour axis for an invalid value.
    .filter((msg) => !/key marker\.coloraxis is set to an invalid value \(coloraxis\d*\)/.test(msg));
}

/** The validator does not know the base64 form of typed arrays, which drawing decodes. */
function withoutBase64(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("bdata" in value)) return value;
  const { dtype, bdata } = value as { dtype: "u2" | "f4" | "f8"; bdata: string };
  const bytes = new Uint8Array(Buffer.from(bdata, "base64"));
  const TypedArray = { u2: Uint16Array, f4: Float32Array, f8: Float64Array }[dtype];
  return Array.from(new TypedArray(bytes.buffer));
}

function load(): Validate {
  const anything = (): unknown =>
    new Proxy(function () {}, {
      get: (_target, key) => (key === Symbol.toPrimitive ? () => "" : key === "style" ? {} : anything()),
      set: () => true,
      apply: () => anything(),
      construct: () => anything() as object,
    });
  const document = { body: null, documentElement: { style: {} }, getElementById: () => null };
  const context: Record<string, unknown> = {
    document: new Proxy(document, { get: (target, key) => (key in target ? target[key as "body"] : anything()) }),
    navigator: { userAgent: "node" },
    URL: { createObjectURL: () => "", revokeObjectURL() {} },
    console,
    setTimeout,
    clearTimeout,
    performance,
    Blob,
    TextDecoder,
    TextEncoder,
    atob,
    ArrayBuffer,
    module: { exports: {} },
  };
  for (const name of ["Element", "CSSStyleDeclaration", "HTMLElement", "SVGElement", "Node", "DOMParser", "XMLSerializer", "Worker", "Image"]) {
    context[name] = class {
      setAttribute() {}
      setAttributeNS() {}
      setProperty() {}
    };
  }
  context.window = context.self = context;
  vm.runInNewContext(readFileSync(createRequire(import.meta.url).resolve("plotly.js-dist-min"), "utf8"), context);
  return (context.module as { exports: { validate: Validate } }).exports.validate;
}
