import type { Environment } from "../../host/host.ts";
import { isSecretName } from "../../host/secret-names.ts";
import { tryParseJson } from "../../model/json.ts";
import { isPlaceholder, isStrong, SHORTEST_SECRET } from "./guessable.ts";

/** A text that must not be written, and the variable that it comes from. */
interface VariableSecret {
  readonly variable: string;
  readonly value: string;
}

/** Levels of JSON that are looked into. */
const DEEPEST = 8;

/** The password of an address: `postgres://user:password@host`. */
const ADDRESS_PASSWORD = /[a-z][a-z\d+.-]*:\/\/[^\s:/?#@]*:([^\s/?#]+)@/gi;

/** The same of an address without a scheme, as drivers take it: `user:password@tcp(host)/name`. */
const PLAIN_ADDRESS_PASSWORD = /^[^\s:/@]{1,80}:([^\s/@]{1,200})@[\w.([]/g;

/** `NAME=value`, as in a `.env`, a connection string, a query or a cookie. */
const ASSIGNMENT =
  /(?:^|[\s;&?,])(?:export\s+)?([\w. -]{1,60}?)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;&,]+))/g;

/**
 * What the environment holds that must not be written: values of variables whose names say that
 * they are credentials, and what other values hold of that kind (passwords in addresses, fields of
 * JSON, of a `.env` and of connection strings). A value counts only if it is hard to guess, see
 * {@link isStrong}: finding `postgres` in a prompt says nothing of the password `postgres`.
 */
export function secretsOfVariables(env: Environment): readonly VariableSecret[] {
  return Object.entries(env).flatMap(([variable, text = ""]) => {
    const values = new Set(secretsIn(text.trim(), isSecretName(variable)));
    return [...values].map((value) => ({ variable, value }));
  });
}

/** All values of variables with the name of a credential that are not too short to mask. */
export function maskedValues(env: Environment): readonly string[] {
  return Object.entries(env)
    .filter(([name]) => isSecretName(name))
    .map(([, value]) => value?.trim() ?? "")
    .filter((value) => value.length >= SHORTEST_SECRET);
}

function secretsIn(text: string, isSecret: boolean): readonly string[] {
  if (text.length < SHORTEST_SECRET) return [];
  const json = /^[[{"]/.test(text) ? tryParseJson(text) : undefined;
  if (json !== undefined) return secretsOfJson(json, isSecret, 0);
  const parts = [...passwordsOf(text), ...assignedIn(text)];
  return isSecret ? [...parts, ...wholeSecrets(text, parts)] : parts;
}

/** The value itself, where it is neither an address nor a path, and each item of a list. */
function wholeSecrets(text: string, parts: readonly string[]): readonly string[] {
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(text)) return parts.length > 0 ? [] : randomSegments(text);
  if (isPath(text)) return [];
  const words = text.split(/[\s,;=]+/);
  return [text, ...(words.length > 1 ? words.filter((word) => !isPlaceholder(word)) : [])].filter(
    isStrong,
  );
}

/** Of the address of a webhook what only its owner knows. */
function randomSegments(address: string): readonly string[] {
  const segments = address.split(/[/?&=#]+/).slice(2);
  return segments.filter((part) => part.length >= 16 && isStrong(part) && !isPlaceholder(part));
}

function isPath(text: string): boolean {
  const isLikePath = /^(?:~|\.{1,2})?(?:[\\/][\w.@ -]+){2,}$|^[A-Za-z]:[\\/]/.test(text);
  // Base64 may begin with a slash.
  return isLikePath && (text.length < 20 || isPlaceholder(text) || !/[A-Z]/.test(text));
}

function passwordsOf(text: string): readonly string[] {
  const found = [ADDRESS_PASSWORD, PLAIN_ADDRESS_PASSWORD].flatMap((pattern) => [
    ...text.matchAll(pattern),
  ]);
  return found.flatMap(([, password = ""]) => {
    const plain = decoded(password);
    return [password, plain].filter(isStrong);
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a percent sign of its own
  }
}

function assignedIn(text: string): readonly string[] {
  return [...text.matchAll(ASSIGNMENT)].flatMap(([, name = "", ...values]) => {
    const value = values.find((one) => one !== undefined) ?? "";
    return isSecretName(name.trim()) ? secretsIn(value, true) : passwordsOf(value);
  });
}

/** @param isSecret whether what holds the value has the name of a credential */
function secretsOfJson(value: unknown, isSecret: boolean, level: number): readonly string[] {
  if (typeof value === "string") return isSecret ? fieldSecrets(value) : passwordsOf(value);
  if (typeof value !== "object" || value === null || level > DEEPEST) return [];
  return Object.entries(value).flatMap(([key, field]) => {
    if (isSecretName(key)) return secretsInField(field, level);
    return secretsOfJson(field, isSecret, level + 1);
  });
}

function secretsInField(field: unknown, level: number): readonly string[] {
  return typeof field === "string" ? secretsIn(field, true) : secretsOfJson(field, true, level + 1);
}

/** Of the fields of a credential only what looks random: others are names, kinds and addresses. */
function fieldSecrets(text: string): readonly string[] {
  const isPublic = /^[a-z][a-z\d+.-]*:\/\/|^[^\s@]+@[^\s@]+$/i.test(text) || isPath(text);
  if (isPublic) return passwordsOf(text);
  return isStrong(text) && !isPlaceholder(text) && text.length >= 12 ? [text] : [];
}
