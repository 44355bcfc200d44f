/** Says what went wrong with a request, and nothing that is secret. */
export class ToldError extends Error {
  /** The code of the server's error; undefined where it sent none. */
  readonly code: number | undefined;

  constructor(message: string, code?: number) {
    super(message);
    this.code = code;
  }
}

/** The server has ended the session: the request was not performed. */
export class SessionEnded extends ToldError {}

/** https://www.jsonrpc.org/specification, section 5.1. */
const METHOD_NOT_FOUND = -32601;

/** Whether the server says that it does not know a method. */
export function isMethodUnknown(error: unknown): boolean {
  return error instanceof ToldError && error.code === METHOD_NOT_FOUND;
}
