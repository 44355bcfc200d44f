import { fileURLToPath } from "node:url";
import { CASSETTE_MODES } from "../../cassette/state/session-state.ts";
import type { WorkerLimits } from "../../worker/limits.ts";
import {
  aDuration,
  aFlag,
  aFunction,
  aText,
  either,
  listOf,
  numberFrom,
  type OptionCheck,
  type OptionChecks,
  objectWith,
  oneOf,
  wholeNumberFrom,
  withMethods,
} from "./check-options.ts";

/** The limits of a run from code. */
const limitKeys = {
  maxDepth: wholeNumberFrom(0),
  maxCalls: wholeNumberFrom(0),
  maxTokens: wholeNumberFrom(0),
  maxUsd: numberFrom(0),
  timeoutMs: aDuration,
} satisfies Record<keyof WorkerLimits, OptionCheck>;

const limitsCheck: OptionCheck = { ...objectWith(limitKeys), example: "{ maxCalls: 10 }" };

/** No system has a path with a NUL, and Node's own error would say so without the key. */
const isPathText = (value: unknown) =>
  typeof value === "string" && !/^file:/i.test(value) && !value.includes("\0");

/** A path as a text. A URL as a text would be looked for as a file of that name. */
const aPath: OptionCheck = {
  expects: "a path",
  fits: (value) => isPathText(value) && value !== "",
  example: '"./path"',
  advice: pathAdvice,
};

const aFile: OptionCheck = {
  expects: "a path or a URL object of the protocol file:",
  fits: (value) => isPathText(value) || isFileUrl(value),
  advice: (value) => urlAdvice(value) ?? pathAdvice(value),
  example: '"main.worker"',
};

/** A URL that names a file of this machine. */
function isFileUrl(value: unknown): boolean {
  if (!(value instanceof URL)) return false;
  try {
    return !fileURLToPath(value).includes("\0");
  } catch {
    return false;
  }
}

/** The files of a project. */
export const filesCheck: OptionCheck = listOf("paths and file: URLs", aFile);

/** Folders. */
export const pathsCheck: OptionCheck = listOf("paths", aPath);

const signalCheck: OptionCheck = {
  ...withMethods("an AbortSignal", "addEventListener", "removeEventListener", "throwIfAborted"),
  advice: (value) =>
    value instanceof AbortController ? "the controller's signal in its place" : undefined,
  example: "AbortSignal.timeout(60_000)",
};

export const hostCheck: OptionCheck = {
  ...withMethods("a host, as nodeHost() makes it", "createId", "random"),
  example: "nodeHost()",
};

/** A cassette by its path. */
export const cassetteKeys: OptionChecks = {
  path: { ...aPath, example: '"cassettes/main.yaml"' },
  mode: oneOf(CASSETTE_MODES),
  samples: wholeNumberFrom(1),
  check: aFlag,
};

export const toolsCheck: OptionCheck = oneOf(["live", "recorded"]);

const policies = oneOf(["approve-all", "reject-all", "headless"]);

/** What everything takes that runs a function from code, tests included. */
export const RUN_KEYS = {
  model: { ...aText, example: '"anthropic:claude-haiku-4-5"' },
  script: aPath,
  transport: {
    ...withMethods("a transport, an object with stream()", "stream"),
    example: "{ async *stream(request) { ... } }",
  },
  approvals: either(policies, aFunction),
  asking: oneOf(["one-by-one", "at-once"]),
  limits: limitsCheck,
  signal: signalCheck,
  onEvent: { ...aFunction, example: "(event) => console.log(event.kind)" },
  tools: toolsCheck,
} as const satisfies OptionChecks;

function urlAdvice(value: unknown): string | undefined {
  const isText = typeof value === "string" && /^file:/i.test(value);
  return isText ? `new URL(${JSON.stringify(value)}) in the place of the text` : undefined;
}

/** Most keys take a path as a text only. */
function pathAdvice(value: unknown): string | undefined {
  const isUrl = value instanceof URL || (typeof value === "string" && /^file:/i.test(value));
  return isUrl ? "fileURLToPath(url) in the place of the URL" : undefined;
}
