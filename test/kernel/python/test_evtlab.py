"""jupyter_kernel_test with a TypeScript profile. Run by conformance.test.ts, which puts the kernelspec in JUPYTER_PATH."""

import unittest

import jupyter_kernel_test


class EvtlabTests(jupyter_kernel_test.KernelTests):
    kernel_name = "evtlab"
    language_name = "typescript"
    file_extension = ".ts"

    code_hello_world = 'console.log("hello, world");'
    code_stderr = 'console.error("trouble");'
    code_generate_error = 'throw new Error("on purpose");'
    completion_samples = [
        {"text": "Math.sq", "matches": {"sqrt"}},
        {"text": "process.hrt", "matches": {"hrtime"}},
    ]
    complete_code_samples = ["1 + 1", "const a: number = 1;", "function f(x: string) {\n  return x;\n}", "/* done */"]
    incomplete_code_samples = ["function f() {", "const text = `open", "f(", "/* open", "[1, 2,"]
    invalid_code_samples = ["const = 1", "1 +* 2", "'open", "}"]
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "'text'", "result": "'text'"},
        {"code": "await Promise.resolve([1, 2])", "result": "[ 1, 2 ]"},
        {"code": "({ [Symbol.for('Jupyter.display')]: () => ({ 'text/html': '<b>x</b>' }) })", "mime": "text/html", "result": "<b>x</b>"},
    ]
    code_display_data = [
        {"code": "display({ 'text/html': '<b>x</b>' }, { raw: true })", "mime": "text/html"},
        {"code": "import * as tslab from 'tslab'; tslab.display.svg('<svg/>')", "mime": "image/svg+xml"},
    ]
    code_history_pattern = "6 *"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Math.sqrt"
    code_clear_output = "clearOutput()"
    code_page_something = "Math.sqrt?"


class IopubWelcomeTests(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "evtlab"
    support_iopub_welcome = True


if __name__ == "__main__":
    unittest.main(verbosity=2)
