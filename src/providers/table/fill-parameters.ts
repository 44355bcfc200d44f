import { type Advice, LlmDoError } from "../../errors/llm-do-error.ts";
import { headerProblem } from "../../host/header-value.ts";
import type { Environment } from "../../host/host.ts";
import { nearest } from "../../words/nearest.ts";
import type { ProviderConfig } from "../wire/provider-config.ts";
import type { ProviderRow } from "./provider-table.ts";
import { fillVariables, type VariableText, variablesOf, variableValue } from "./variable-text.ts";

/** Advises to run without asking a provider. */
export function offline(lead: string): Advice {
  return {
    flags: `${lead}: --cassette FILE --mode replay, or --script FILE`,
    options: `${lead}: cassette: { path, mode: "replay" }, or script: FILE`,
  };
}

/** Names of parameters whose values are secrets also where no variable holds them. */
const SECRET_NAME = /auth|cookie|key|password|secret|\bsig\b|signature|token/i;

/** One header or query parameter of a provider, for errors. */
interface Parameter {
  readonly noun: "header" | "query parameter";
  readonly name: string;
  readonly text: VariableText;
}

type FilledParameters = Pick<ProviderConfig, "headers" | "query" | "secrets" | "variables">;

/**
 * The headers and the query of a provider's requests, with the values of their variables.
 *
 * @throws LlmDoError `configuration`, with the place of the text, for a variable that is not set and
 * for a value that no header can have
 */
export function fillParameters(
  row: ProviderRow,
  env: Environment,
  provider: string,
): FilledParameters {
  const parameters = parametersOf(row);
  const [unset] = unsetVariables(row, env, provider);
  if (unset) throw unset;
  const filled = (noun: Parameter["noun"]) =>
    Object.fromEntries(
      parameters
        .filter((parameter) => parameter.noun === noun)
        .map(({ name, text }) => [name, fillVariables(text, env)]),
    );
  const headers = filled("header");
  for (const parameter of parameters) {
    if (parameter.noun !== "header") continue;
    const problem = headerProblem(headers[parameter.name] ?? "");
    if (problem !== undefined) throw unfit(parameter, provider, problem);
  }
  return {
    headers,
    query: filled("query parameter"),
    secrets: parameters.flatMap((parameter) => secretsOf(parameter, env)),
    variables: [...new Set(parameters.flatMap(({ text }) => variablesOf(text)))],
  };
}

/** An error for each variable that the headers and the query of a provider name and nobody has set. */
export function unsetVariables(
  row: ProviderRow,
  env: Environment,
  provider: string,
): readonly LlmDoError[] {
  return parametersOf(row).flatMap((parameter) =>
    variablesOf(parameter.text)
      .filter((variable) => variableValue(env, variable) === undefined)
      .map((variable) => {
        const meant = nearest(variable, setVariables(env));
        return configuration(parameter, provider, {
          reason: `names the environment variable ${variable}, which is not set`,
          tries: [
            ...(meant === undefined ? [] : [`write \${${meant}}`]),
            `set ${variable}`,
            offline("run without the server"),
          ],
        });
      }),
  );
}

function parametersOf({ headers = {}, query = {} }: ProviderRow): readonly Parameter[] {
  return [
    ...Object.entries(headers).map(([name, text]) => ({ noun: "header" as const, name, text })),
    ...Object.entries(query).map(([name, text]) => ({
      noun: "query parameter" as const,
      name,
      text,
    })),
  ];
}

function setVariables(env: Environment): readonly string[] {
  return Object.keys(env).filter((variable) => variableValue(env, variable) !== undefined);
}

function secretsOf({ name, text }: Parameter, env: Environment): readonly string[] {
  const values = variablesOf(text).map((variable) => variableValue(env, variable) ?? "");
  return SECRET_NAME.test(name) ? [...values, fillVariables(text, env)] : values;
}

function unfit(parameter: Parameter, provider: string, problem: string): LlmDoError {
  const variables = variablesOf(parameter.text);
  return configuration(parameter, provider, {
    reason: `would have a value that holds ${problem}`,
    tries: [variables.length === 0 ? "change its value" : `check ${variables.join(" and ")}`],
  });
}

function configuration(
  { noun, name, text }: Parameter,
  provider: string,
  { reason, tries }: { readonly reason: string; readonly tries: readonly (string | Advice)[] },
): LlmDoError {
  return new LlmDoError({
    code: "configuration",
    verb: "use provider",
    what: provider,
    reason: `the ${noun} "${name}" ${reason}`,
    place: text.place,
    tries,
  });
}
