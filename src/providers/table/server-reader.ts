import type { Place } from "../../errors/place.ts";
import { about, converted, recordOf, secret } from "../../format/combine.ts";
import { entriesOf, mapOf } from "../../format/map.ts";
import {
  type Field,
  type Format,
  fieldError,
  type ValueOf,
  wrongValue,
} from "../../format/reader.ts";
import { oneOf, scalar, textLike } from "../../format/scalars.ts";
import { isHeaderName } from "../../host/header-value.ts";
import { yamlError } from "../../yaml/yaml-source.ts";
import { WIRE_NAMES } from "../wire/provider-config.ts";
import { PROVIDERS, type ProviderRow, type ProviderTable } from "./provider-table.ts";
import { addressProblem, readAddress } from "./server-address.ts";
import { readSwitches, SWITCH_KEYS } from "./server-switch-keys.ts";
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

/** A text on one line; numbers and booleans count as they are written. */
const line: Format<string> = {
  expects: "text on one line",
  read: (field) => {
    const { tree } = field;
    if (tree.kind !== "scalar" || tree.value === null || /[\r\n\0]/.test(String(tree.value))) {
      throw wrongValue(field, line.expects);
    }
    return typeof tree.value === "string" ? tree.value : tree.written;
  },
  schema: () => ({ type: ["string", "number", "boolean"], pattern: "^[^\\r\\n\\0]*$" }),
};

const values = recordOf(
  converted(line, (written, field): VariableText => {
    const parsed = parseVariableText(written, field.tree.place);
    if (parsed) return parsed;
    throw fieldError(field, "has a ${ that begins no ${NAME}", [
      "name an environment variable, as in ${TEAM_KEY}, or write $${ for the two characters",
    ]);
  }),
  { expects: "a map", readsNull: true },
);

/** Headers by their names in lower case, since names are the same in any case. */
const headers: Format<ServerParameters> = parameters({
  expects: "a map of headers",
  noun: "header",
  keptName: (name) => name.toLowerCase(),
  problemOf: (name) => {
    if (!isHeaderName(name)) return "is not the name of one";
    return RESERVED_HEADERS.has(name.toLowerCase()) ? "cannot be set" : undefined;
  },
});

/** Parameters of the query. */
const query: Format<ServerParameters> = parameters({
  expects: "a map of query parameters",
  noun: "query parameter",
  keptName: (name) => name,
  problemOf: (name) => (name === "" ? "is not the name of one" : undefined),
});

function parameters({ expects, noun, keptName, problemOf }: ParameterKind) {
  const names: Format<Field> = {
    expects,
    read: (field) => {
      const seen = new Set<string>();
      for (const [name, { keyPlace }] of entriesOf(field, expects)) {
        const problem = seen.has(keptName(name)) ? "is given twice" : problemOf(name);
        if (problem !== undefined) {
          const reason = `the ${noun} ${JSON.stringify(name)} ${problem}`;
          throw yamlError(field.source, { reason, place: keyPlace });
        }
        seen.add(keptName(name));
      }
      return field;
    },
    schema: values.schema,
  };
  return converted(names, (field): ServerParameters => {
    const named = [...values.read(field)].map(([name, value]) => [keptName(name), value] as const);
    return Object.fromEntries(named);
  });
}

/** Names before a colon that need no server; a row would never be reached. */
const RESERVED_NAMES: ReadonlySet<string> = new Set(["script", "test"]);

const SERVER_NAME = /^[A-Za-z0-9_-]+$/;
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

const baseUrl = converted(textLike("an http or https URL", /^/), (address, field) => {
  const problem = addressProblem(address);
  if (problem !== undefined) throw fieldError(field, `must ${problem}`);
  return address;
});

const keyVariable: Format<string | false> = scalar(
  "the name of an environment variable, or false",
  { anyOf: [{ const: false }, { type: "string", pattern: VARIABLE_NAME.source }] },
  ({ value }) => (value === false || isVariableName(value) ? value : undefined),
);

/** The keys of a server. */
export const SERVER = mapOf(
  {
    wire: about("the protocol that the server speaks; default `openai-chat`", oneOf(WIRE_NAMES)),
    base_url: about("required, except for a built-in provider; what is added to it", baseUrl),
    key_variable: about(
      "holds the key; without it, or with `false`, no key is sent. Never write the key itself here",
      keyVariable,
    ),
    headers: about("sent with every request; they win over those of the wire", headers),
    query: about("added to the address of every request", query),
    ...SWITCH_KEYS,
  },
  { expects: "a map with base_url" },
);

/** Whatever describes a server may hold a key, and the environment is read the same way. */
const rows = secret(
  recordOf(converted(SERVER, rowOf), {
    expects: "a map of servers, each with base_url",
    readsNull: true,
  }),
);

/**
 * A map from name to server. Under the name of a built-in provider stands only what is different:
 * what is not said stays as it is built in.
 */
export const servers: Format<ProviderTable> = converted(
  {
    ...rows,
    read: (field) => {
      for (const [name, { keyPlace: place }] of entriesOf(
        { ...field, isSecret: true },
        rows.expects,
      )) {
        const problem = nameProblem(name);
        if (problem !== undefined) throw yamlError(field.source, { ...problem, place });
      }
      return rows.read(field);
    },
  },
  (read) => Object.fromEntries(read),
);

/** Whether a name before a colon has a meaning without any configuration. */
export function isBuiltInProvider(name: string): boolean {
  return RESERVED_NAMES.has(name) || Object.hasOwn(PROVIDERS, name);
}

function isVariableName(value: unknown): value is string {
  return typeof value === "string" && VARIABLE_NAME.test(value);
}

function nameProblem(name: string) {
  if (!SERVER_NAME.test(name)) {
    // It may be a key that stands in the wrong place, so it is not shown.
    return { reason: "the name of a server is letters, digits, _ and -" };
  }
  if (!RESERVED_NAMES.has(name)) return undefined;
  return { reason: `the name "${name}" is built in`, tries: ["take another name"] };
}

function rowOf(said: ValueOf<typeof SERVER>, field: Field): ProviderRow {
  const name = String(field.path.at(-1));
  const builtIn = Object.hasOwn(PROVIDERS, name) ? PROVIDERS[name] : undefined;
  const wire = said.wire ?? builtIn?.wire ?? "openai-chat";
  const address =
    said.base_url === undefined
      ? undefined
      : readAddress(said.base_url, wire, placeOfValue(field, "base_url"));
  const base = address?.baseUrl ?? builtIn?.baseUrl;
  if (base === undefined) {
    throw fieldError(field, "has no base_url", [
      "add base_url, as in base_url: http://localhost:8000/v1",
    ]);
  }
  return {
    ...builtIn,
    wire,
    baseUrl: base,
    ...(said.key_variable === undefined && builtIn
      ? { keyVariables: builtIn.keyVariables }
      : keyOf(said.key_variable || undefined)),
    // What is known of a built-in provider on its own wire says nothing about another one.
    switches: {
      ...(builtIn?.wire === wire ? builtIn.switches : {}),
      ...readSwitches(field, said, wire),
    },
    headers: said.headers ?? {},
    query: { ...address?.query, ...said.query },
  };
}

function placeOfValue({ tree }: Field, key: string): Place {
  return (tree.kind === "map" ? tree.entries.get(key)?.value.place : undefined) ?? tree.place;
}

/** Where the key of a server comes from; without a variable it is asked without one. */
export function keyOf(
  variable: string | undefined,
): Pick<ProviderRow, "keyVariables" | "keyOptional"> {
  return {
    keyVariables: variable === undefined ? [] : [variable],
    keyOptional: variable === undefined,
  };
}
