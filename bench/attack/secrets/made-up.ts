import { charactersFrom, MADE_UP_CREDENTIALS } from "../../../tests/support/made-up-credentials.ts";

/** A secret that is planted. */
export interface Secret {
  readonly name: string;
  /** As it is found in a text. */
  readonly text: string;
  /** The parts that nothing else holds: none of them may be written. */
  readonly parts: readonly string[];
  /** The variables that hold it; empty for one that is known by its format. */
  readonly env: Readonly<Record<string, string>>;
}

/** Characters of a part that is searched for. */
const LEAST_PART = 16;

/** Variables of names that say that they are secret, with a value of any form. */
const VARIABLES = [
  ...["APP_SECRET", "DB_PASSWORD", "SERVICE_TOKEN", "PGPASSWORD", "INTERNAL_API_KEY"],
  ...["SESSION_COOKIE", "SIGNING_KEY", "WEBHOOK_SECRET", "SMTP_PASS", "GATEWAY_AUTH"],
  ...["AWS_SECRET", "JWT_SECRET", "ENCRYPTION_KEY", "ADMIN_PASSWORD", "LICENSE_KEY"],
];

/** @returns 60 secrets: 45 by their formats, 15 by the variables that hold them */
export function madeUpSecrets(seed: number): readonly Secret[] {
  const formats = Object.entries(MADE_UP_CREDENTIALS).slice(0, 60 - VARIABLES.length);
  const byFormat = formats.map(([name, make], index): Secret => {
    const characters = charactersFrom(seed * 1000 + index);
    const parts: string[] = [];
    const text = make((length, alphabet) => {
      const made = characters(length, alphabet);
      if (length >= LEAST_PART) parts.push(made);
      return made;
    });
    return { name, text, parts: parts.length === 0 ? [text] : parts, env: {} };
  });
  const byVariable = VARIABLES.map((name, index): Secret => {
    const text = charactersFrom(seed * 2000 + index)(24);
    return { name: `the value of ${name}`, text, parts: [text], env: { [name]: text } };
  });
  return [...byFormat, ...byVariable];
}
