/**
 * Native libraries log on stderr what they do while they load, such as TensorFlow its kernels of oneDNN, and no setting
 * silences them. Of no use in a notebook, it goes to the log of the kernel; warnings and errors stay where they are.
 * @module
 */

/** Severity INFO in the form of Abseil's log, and the line that it begins with. */
const chatter = /^(?:I\d{4} \d\d:\d\d:\d+\.\d+ +\d+ \S+:\d+\] |WARNING: All log messages before absl::InitializeLog\(\) is called are written to STDERR)/;
const beginning = /^(?:I\d{4} \d\d:\d\d:|WARNING: All log messages before absl)/;

export class NativeLog {
  #unfinished = "";

  /** What belongs to the notebook of `text`, and what to the log. */
  sift(text: string): { readonly output: string; readonly log: string } {
    const lines = (this.#unfinished + text).split(/(?<=\n)/);
    const last = lines.at(-1) ?? "";
    this.#unfinished = !last.endsWith("\n") && beginning.test(last) ? last : "";
    if (this.#unfinished !== "") lines.pop();
    return { output: lines.filter((line) => !chatter.test(line)).join(""), log: lines.filter((line) => chatter.test(line)).join("") };
  }
}
