import { isHeaderName } from "../host/header-value.ts";
import { childField, type Field, fieldError, type Reader } from "../yaml/reader.ts";
import { yamlError } from "../yaml/yaml-source.ts";
import { unshownEntries } from "./unshown-reader.ts";
import { parseVariableText, type VariableText } from "./variable-text.ts";

/** Texts that requests carry, by name. */
type ServerParameters = Readonly<Record<string, VariableText>>;

/** Headers that belong to the connection or follow from the body. */
const RESERVED_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

interface ParameterKind {
  readonly expects: string;
  /** How errors speak of one of them. */
  readonly noun: string;
  /** The name under which one is kept. */
  readonly keptName: (name: string) => string;
  /** Why a name is refused, in words that follow it. */
  readonly problemOf: (name: string) => string | undefined;
}

/** Headers by their names in lower case, since names are the same in any case. */
export const headersReader: Reader<ServerParameters> = parameters({
  expects: "a map of headers",
  noun: "header",
  keptName: (name) => name.toLowerCase(),
  problemOf: (name) => {
    if (!isHeaderName(name)) return "is not the name of one";
    return RESERVED_HEADERS.has(name.toLowerCase()) ? "cannot be set" : undefined;
  },
});

/** Parameters of the query. */
export const queryReader: Reader<ServerParameters> = parameters({
  expects: "a map of query parameters",
  noun: "query parameter",
  keptName: (name) => name,
  problemOf: (name) => (name === "" ? "is not the name of one" : undefined),
});

function parameters({
  expects,
  noun,
  keptName,
  problemOf,
}: ParameterKind): Reader<ServerParameters> {
  const read = (field: Field): ServerParameters => {
    const out = new Map<string, VariableText>();
    for (const [name, entry] of unshownEntries(field, expects)) {
      const problem = out.has(keptName(name)) ? "is given twice" : problemOf(name);
      if (problem !== undefined) {
        const reason = `the ${noun} ${JSON.stringify(name)} ${problem}`;
        throw yamlError(field.source, { reason, place: entry.keyPlace });
      }
      out.set(keptName(name), readValue(childField(field, name, entry.value)));
    }
    return Object.fromEntries(out);
  };
  return { expects, read };
}

/** A text on one line; numbers and booleans count as they are written. */
function readValue(field: Field): VariableText {
  const { tree } = field;
  if (tree.kind !== "scalar" || tree.value === null || /[\r\n\0]/.test(String(tree.value))) {
    throw fieldError(field, "must be text on one line");
  }
  const text = typeof tree.value === "string" ? tree.value : tree.written;
  const parsed = parseVariableText(text, tree.place);
  if (parsed) return parsed;
  throw fieldError(field, "has a ${ that begins no ${NAME}", [
    "name an environment variable, as in ${TEAM_KEY}, or write $${ for the two characters",
  ]);
}
