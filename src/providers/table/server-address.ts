import type { Place } from "../../errors/place.ts";
import type { WireName } from "../wire/provider-config.ts";
import { literalText, parseVariableText, type VariableText } from "./variable-text.ts";

/** Paths that the wires add to a base URL themselves. */
const ADDED_PATHS = /\/(?:chat\/completions|responses|messages)$/;

/**
 * Why a text is not an address that requests can go to, in words that follow "must"; undefined
 * where it is one. Says nothing of the text itself, which may hold a key.
 */
export function addressProblem(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    return "be an http or https URL";
  }
  if (url.username !== "" || url.password !== "") {
    return "hold no user name and password: send them in a header";
  }
  if (url.hash !== "") return "have no part after #";
  const added = ADDED_PATHS.exec(withoutSlashes(textWithoutQuery(text)))?.[0];
  return added === undefined ? undefined : `not end in ${added}, which is added to it`;
}

interface ServerAddress {
  /** Without a query and without a trailing slash. */
  readonly baseUrl: string;
  /** The parameters of its query. */
  readonly query: Readonly<Record<string, VariableText>>;
}

/** An address as requests need it: `https://host/v1?a=b` as `https://host/v1` and the query `a`. */
export function readAddress(text: string, wire: WireName, place: Place): ServerAddress {
  const query = new URL(text).searchParams;
  return {
    baseUrl: baseOf(withoutSlashes(textWithoutQuery(text)), wire),
    query: Object.fromEntries(
      [...query].map(([name, value]) => [
        name,
        parseVariableText(value, place) ?? literalText(value, place),
      ]),
    ),
  };
}

/** The wire anthropic adds `/v1/messages`, so that an address that ends in `/v1` means the same. */
function baseOf(address: string, wire: WireName): string {
  return wire === "anthropic" ? withoutSlashes(address.replace(/\/v1$/, "")) : address;
}

function textWithoutQuery(text: string): string {
  const mark = text.indexOf("?");
  return mark < 0 ? text : text.slice(0, mark);
}

function withoutSlashes(address: string): string {
  return address.replace(/\/+$/, "");
}
