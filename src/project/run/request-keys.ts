import { CASSETTE_MODES } from "../../cassette/state/session-state.ts";
import type { WorkerLimits } from "../../worker/limits.ts";
import {
  aDuration,
  aFlag,
  aFunction,
  aText,
  either,
  numberFrom,
  type OptionCheck,
  type OptionChecks,
  objectWith,
  oneOf,
  wholeNumberFrom,
  withMethods,
} from "./check-options.ts";

/** The limits of a run from code. */
const limitsCheck: OptionCheck = objectWith({
  maxDepth: wholeNumberFrom(0),
  maxCalls: wholeNumberFrom(0),
  maxTokens: wholeNumberFrom(0),
  maxUsd: numberFrom(0),
  timeoutMs: aDuration,
} satisfies Record<keyof WorkerLimits, OptionCheck>);

/** A path as a text. A URL as a text would be looked for as a file of that name. */
const aPath: OptionCheck = {
  expects: "a path",
  fits: (value) => typeof value === "string" && !value.startsWith("file:"),
  advice: urlAdvice,
};

const aFile: OptionCheck = {
  expects: "a path or a URL object of the protocol file:",
  fits: (value) => aPath.fits(value) || (value instanceof URL && value.protocol === "file:"),
  advice: urlAdvice,
};

/** The files of a project. */
export const filesCheck: OptionCheck = listOf("paths and file: URLs", aFile);

/** Folders. */
export const pathsCheck: OptionCheck = listOf("paths", aPath);

const signalCheck: OptionCheck = withMethods("an AbortSignal", "addEventListener");

export const hostCheck: OptionCheck = withMethods(
  "a host, as nodeHost() makes it",
  "createId",
  "random",
);

/** A cassette by its path. */
export const cassetteKeys: OptionChecks = {
  path: aPath,
  mode: oneOf(CASSETTE_MODES),
  samples: wholeNumberFrom(1),
  check: aFlag,
};

export const toolsCheck: OptionCheck = oneOf(["live", "recorded"]);

const policies = oneOf(["approve-all", "reject-all", "headless"]);

/** What everything takes that runs a function from code, tests included. */
export const RUN_KEYS = {
  model: aText,
  script: aPath,
  transport: withMethods("a transport, an object with stream()", "stream"),
  approvals: either(policies, aFunction),
  asking: oneOf(["one-by-one", "at-once"]),
  limits: limitsCheck,
  signal: signalCheck,
  onEvent: aFunction,
  tools: toolsCheck,
} as const satisfies OptionChecks;

function listOf(expects: string, item: OptionCheck): OptionCheck {
  return {
    expects: `a list of ${expects}`,
    fits: (value) => Array.isArray(value) && value.every((one) => item.fits(one)),
    advice: (value) => {
      if (!Array.isArray(value)) return undefined;
      const wrong: unknown = value.find((one) => !item.fits(one));
      return wrong === undefined ? undefined : item.advice?.(wrong);
    },
  };
}

function urlAdvice(value: unknown): string | undefined {
  const isText = typeof value === "string" && value.startsWith("file:");
  return isText ? `new URL(${JSON.stringify(value)}) in the place of the text` : undefined;
}
