/** First and last event of a recording. */
export interface RecordingSpan {
  /** Microseconds on the clock of the sensor. */
  readonly first: bigint;
  readonly last: bigint;
}
