import {
  chatServer,
  isBuiltInProvider,
  isHttpUrl,
  PROVIDER_NAME,
  VARIABLE_NAME,
} from "../providers/custom-providers.ts";
import type { ProviderRow, ProviderTable } from "../providers/provider-table.ts";
import { entriesOf, mapOf } from "../yaml/map-reader.ts";
import { childField, type Field, fieldError, type Reader } from "../yaml/reader.ts";
import { yamlError } from "../yaml/yaml-source.ts";

/** The keys of a server. */
export const SERVER = mapOf(
  {
    base_url: unshown("an http or https URL", isHttpUrl),
    key_variable: unshown("the name of an environment variable", (name) =>
      VARIABLE_NAME.test(name),
    ),
  },
  {
    expects: "a map with base_url",
    needed: { base_url: "add base_url, as in base_url: http://localhost:8000/v1" },
  },
);

/** A map from name to server. */
export const providers: Reader<ProviderTable> = {
  expects: "a map of servers, each with base_url",
  read: (field) => {
    const servers = [...entriesOf(field, providers.expects)].map(([name, entry]) => {
      const problem = problemOf(name);
      if (problem !== undefined) {
        throw yamlError(field.source, { ...problem, place: entry.keyPlace });
      }
      return [name, readServer(childField(field, name, entry.value))] as const;
    });
    return Object.fromEntries(servers);
  },
};

function readServer(field: Field): ProviderRow {
  const { base_url, key_variable } = SERVER.read(field);
  return chatServer(base_url, key_variable);
}

function problemOf(name: string) {
  if (!PROVIDER_NAME.test(name)) {
    return {
      reason: `the name of a server is letters, digits, _ and -, not ${JSON.stringify(name)}`,
    };
  }
  if (!isBuiltInProvider(name)) return undefined;
  return { reason: `the name "${name}" is built in`, tries: ["take another name"] };
}

/** Text whose error does not show it: it may be a key, or hold one. */
function unshown(expects: string, accepts: (value: string) => boolean): Reader<string> {
  const read = (field: Field): string => {
    const value = field.tree.kind === "scalar" ? field.tree.value : undefined;
    if (typeof value === "string" && accepts(value)) return value;
    throw fieldError(field, `must be ${expects}`);
  };
  return { expects, read };
}
