/**
 * Ctrl-C as an AbortSignal.
 * @module
 */

/** Runs `work` with a signal that Ctrl-C (and a request to end) aborts; the process then exits with 130. */
export async function interruptible<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const interruption = new AbortController();
  const stop = (): void => {
    process.exitCode = 130;
    interruption.abort(new Error("interrupted: nothing was written"));
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  try {
    return await work(interruption.signal);
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}
