import assert from "node:assert/strict";

import { parseNotebook } from "../../src/jupyter/nbformat.js";

describe("notebook files", () => {
  it("are read with the NaN that Python writes, and with text that only looks like it", () => {
    const text = '{"nbformat":4,"nbformat_minor":5,"cells":[],"metadata":{"a":NaN,"b":[-Infinity,Infinity],"c":"NaN, \\" Infinity"}}';
    assert.deepEqual(parseNotebook(text).metadata, { a: null, b: [null, null], c: 'NaN, " Infinity' });
  });

  it("are refused where they are no JSON", () => {
    for (const text of ["", "{", '{"nbformat":4,"cells":[],"metadata":{"a":Nan}}']) assert.throws(() => parseNotebook(text), { tag: "NotebookError" });
  });
});
