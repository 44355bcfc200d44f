/** What is put into a file. */
export interface HostileText {
  readonly name: string;
  readonly text: () => string | Uint8Array;
}
