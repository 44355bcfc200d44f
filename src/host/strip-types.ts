import module from "node:module";

/**
 * Takes the types out of TypeScript and leaves every line and column as it is.
 *
 * @throws Error with Node's code: `ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX` for syntax that needs a
 * transform, such as an enum; `ERR_INVALID_TYPESCRIPT_SYNTAX` for a syntax error
 */
export function stripTypes(source: string): string {
  const { emitWarning } = process;
  // The function warns that it is experimental. What users run is Node's own type stripping.
  process.emitWarning = () => undefined;
  try {
    return module.stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = emitWarning;
  }
}
