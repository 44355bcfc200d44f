import process from "node:process";
import { PassThrough, type Readable, type Writable } from "node:stream";

interface ProtocolStreams {
  readonly input: Readable;
  readonly output: Writable;
}

/**
 * This process's input and output for a protocol alone: whatever else writes to the standard output
 * from now on, such as a tool that logs, writes to the standard error.
 */
export function claimProtocolStreams(): ProtocolStreams {
  const { stdin: input, stdout, stderr } = process;
  const write = stdout.write.bind(stdout);
  const output = new PassThrough();
  output.on("data", (piece: Buffer) => {
    write(piece);
  });
  stdout.write = stderr.write.bind(stderr);
  return { input, output };
}
