import assert from "node:assert/strict";
import { notebookHtml } from "../../src/run/html.js";
import { code, notebook, text } from "./notebooks.js";

describe("the page of a notebook", () => {
  it("renders Markdown, formulas and coloured source, and escapes what cells hold", () => {
    const cell = code('const a = "<b>"; // why\n`x\ny`');
    cell.outputs = [
      { output_type: "stream", name: "stdout", text: "<i>\u001b[31mred\u001b[0m" },
      { output_type: "error", ename: "E", evalue: "v", traceback: ["\u001b[1mE\u001b[0m: <v>"] },
      { output_type: "display_data", data: { "application/vnd.plotly.v1+json": {}, "image/png": "AAAA", "text/plain": 'a "figure"' }, metadata: {} },
      { output_type: "execute_result", data: { "text/plain": "<plain>" }, metadata: {}, execution_count: 1 },
    ];
    const page = notebookHtml(notebook(text("# Title & more\n\n$x^2$ costs $5 and `$6`\n\n$$\\sum_i x_i$$"), cell));
    assert.match(page, /<title>Title &#38; more<\/title>/);
    assert.match(page, /<math><msup>[^]*costs \$5 and <code>\$6<\/code>[^]*<math display="block"/);
    assert.match(page, /<span class="keyword">const<\/span>[^]*<span class="string">&#34;&#60;b&#62;&#34;<\/span>[^]*<span class="comment">\/\/ why<\/span>/);
    assert.match(page, /&lt;i&gt;<span style="color:rgb\(\d+,\d+,\d+\)">red<\/span>/);
    assert.match(page, /<pre class="error">[^]*: &lt;v&gt;/);
    assert.match(page, /<img alt="a &#34;figure&#34;" src="data:image\/png;base64,AAAA">/);
    assert.match(page, /<pre class="result">&lt;plain&gt;/);
  });

  it("hides the source that report mode hides", () => {
    const cell = code("const secret = 1");
    cell.metadata["jupyter"] = { source_hidden: true };
    assert.doesNotMatch(notebookHtml(notebook(cell)), /secret/);
  });
});
