import type { Place } from "../../errors/place.ts";
import type { Environment } from "../../host/host.ts";

/** A text that may name environment variables, as in `Bearer ${TEAM_KEY}`. */
export interface VariableText {
  readonly pieces: readonly (string | { readonly variable: string })[];
  /** Where the text is written. */
  readonly place: Place;
}

const PIECE = /(\$\$\{)|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|(\$\{)/g;

/**
 * Reads `${NAME}` in a text. `$${` stands for `${` itself.
 *
 * @returns undefined where a `${` does not begin the name of a variable
 */
export function parseVariableText(text: string, place: Place): VariableText | undefined {
  const pieces: VariableText["pieces"][number][] = [];
  let end = 0;
  for (const match of text.matchAll(PIECE)) {
    const [whole, escaped, variable, broken] = match;
    if (broken !== undefined) return undefined;
    pieces.push(text.slice(end, match.index));
    pieces.push(escaped === undefined ? { variable: variable ?? "" } : "${");
    end = match.index + whole.length;
  }
  pieces.push(text.slice(end));
  return { pieces: pieces.filter((piece) => piece !== ""), place };
}

/** A text that means what it says, whatever it holds. */
export function literalText(text: string, place: Place): VariableText {
  return { pieces: [text], place };
}

/** The variables that a text names, each once. */
export function variablesOf({ pieces }: VariableText): readonly string[] {
  const named = pieces.flatMap((piece) => (typeof piece === "string" ? [] : [piece.variable]));
  return [...new Set(named)];
}

/** The value of a variable without the white space around it; undefined where it is not set. */
export function variableValue(env: Environment, variable: string): string | undefined {
  return env[variable]?.trim() || undefined;
}

/** The text with the values of its variables in their places; one that is not set is empty. */
export function fillVariables({ pieces }: VariableText, env: Environment): string {
  return pieces
    .map((piece) =>
      typeof piece === "string" ? piece : (variableValue(env, piece.variable) ?? ""),
    )
    .join("");
}
