/** What the recording subject replies. */
export interface RecordingTimes {
  /** Milliseconds that recording adds to an exchange before the disk. */
  readonly exchangeMs: number;
  readonly cassetteBytes: number;
}
