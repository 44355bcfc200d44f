import { messageOf } from "../../../errors/message-of.ts";
import type { ProviderConfig } from "../provider-config.ts";

/**
 * Shortest value beside the key that is masked. Shorter ones are no secrets, and masking `1` or `eu`
 * would make an error unreadable.
 */
const LEAST_SECRET_LENGTH = 4;

/** A text of an error with the secrets of a provider replaced. */
export function withoutSecrets(config: ProviderConfig, text: string): string {
  let masked = text;
  for (const secret of secretsOf(config)) masked = masked.replaceAll(secret, "[key]");
  return masked;
}

/** Whether a thrown value shows a secret of a provider, in its message or its stack. */
export function showsSecret(config: ProviderConfig, thrown: unknown): boolean {
  const stack = thrown instanceof Error ? (thrown.stack ?? "") : "";
  const text = `${messageOf(thrown)}\n${stack}`;
  return secretsOf(config).some((secret) => text.includes(secret));
}

/** Longest first, so that no part of one stays. */
function secretsOf({ apiKey, secrets = [] }: ProviderConfig): readonly string[] {
  const kept = [apiKey, ...secrets.filter((secret) => secret.length >= LEAST_SECRET_LENGTH)];
  const all = kept.flatMap((secret) => SPELLINGS.map((spell) => spell(secret)));
  return [...new Set(all)]
    .filter((secret) => secret !== "")
    .toSorted((left, right) => right.length - left.length);
}

/** How servers write what they quote: as it is, in an address, in JSON, in HTML, on one line. */
const SPELLINGS: readonly ((secret: string) => string)[] = [
  (secret) => secret,
  (secret) => encodeURIComponent(secret.toWellFormed()),
  (secret) => JSON.stringify(secret).slice(1, -1),
  (secret) => secret.replace(/[&<>"']/g, (sign) => HTML_SIGNS[sign] ?? sign),
  (secret) => secret.replace(/\s+/g, " ").trim(),
];

const HTML_SIGNS: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
