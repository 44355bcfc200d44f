import { isWorker } from "../functions/worker.ts";
import {
  aFlag,
  aFunction,
  anObject,
  anyValue,
  aText,
  checkOptions,
  type OptionCheck,
  type OptionChecks,
  oneOf,
  wholeNumberFrom,
  withMethods,
} from "../project/run/check-options.ts";
import {
  cassetteKeys,
  filesCheck,
  hostCheck,
  pathsCheck,
  RUN_KEYS,
} from "../project/run/request-keys.ts";
import type { ProjectRunRequest, RunRequest } from "./run-request.ts";
import type { WithWorker } from "./typed-request.ts";

const cassetteCheck: OptionCheck = {
  ...anObject,
  expects: "{ path, mode, samples, check }, or what openCassette gives",
  example: '{ path: "cassettes/main.yaml" }',
  advice: (value) => (typeof value === "string" ? `{ path: ${JSON.stringify(value)} }` : undefined),
  // What openCassette gives has methods; whose it is shows when it is used.
  keys: (value) => (typeof Reflect.get(value, "close") === "function" ? undefined : cassetteKeys),
  needs: ["path"],
};

const telemetryCheck: OptionCheck = {
  expects: "{ tracer, captureContent }, or false",
  fits: (value) => value === false || anObject.fits(value),
  example: "false",
  keys: () => ({
    tracer: withMethods("a tracer of OpenTelemetry", "startSpan"),
    captureContent: aFlag,
  }),
};

const projectRunKeys = {
  ...RUN_KEYS,
  input: anyValue,
  attachmentsFrom: pathsCheck,
  entry: { ...aText, example: '"main"' },
  messages: anyValue, // read with its places, see readHistory
  cassette: cassetteCheck,
  asking: oneOf(["one-by-one", "at-once"]),
  telemetry: telemetryCheck,
  onWarning: { ...aFunction, example: "(message) => console.error(message)" },
  worker: {
    expects: "what worker({ ... }) makes",
    fits: isWorker,
    example: 'worker({ instructions: "..." })',
  },
} satisfies Record<keyof WithWorker<ProjectRunRequest>, OptionCheck>;

const runKeys = {
  files: filesCheck,
  host: hostCheck,
  ...projectRunKeys,
} satisfies Record<keyof WithWorker<RunRequest>, OptionCheck>;

const { input: _each, ...ofEachRun } = projectRunKeys;
const mapKeys: OptionChecks = { ...ofEachRun, concurrency: wholeNumberFrom(1) };

const openKeys: OptionChecks = { files: filesCheck, host: hostCheck };

/** @throws LlmDoError `usage` for a request of `run` or `start` */
export function checkRunRequest(request: unknown): void {
  const hasWorker = anObject.fits(request) && "worker" in (request as object);
  const needs = hasWorker ? [] : ["files"];
  checkOptions(request, runKeys, { verb: "run", what: "request", needs });
}

/** @throws LlmDoError `usage` for a request of an open project's `run` or `start` */
export function checkProjectRunRequest(request: unknown): void {
  checkOptions(request, projectRunKeys, { verb: "run", what: "request" });
}

/** @throws LlmDoError `usage` for what `map` is given */
export function checkMapRequest(inputs: unknown, request: unknown): void {
  const checked = { verb: "map", what: "inputs" };
  checkOptions({ inputs }, { inputs: inputsCheck }, { ...checked, needs: ["inputs"] });
  checkOptions(request, mapKeys, { verb: "map", what: "request" });
}

/** @throws LlmDoError `usage` for options of `chat` */
export function checkChatOptions(options: unknown): void {
  checkOptions(options, ofEachRun, { verb: "begin", what: "chat" });
}

/** @throws LlmDoError `usage` for options of `openProject` */
export function checkOpenOptions(options: unknown): void {
  checkWithFiles(options, openKeys, { verb: "open", what: "project" });
}

function checkWithFiles(
  options: unknown,
  keys: OptionChecks,
  checked: { readonly verb: string; readonly what: string },
): void {
  checkOptions(options, keys, { ...checked, needs: ["files"] });
}

/** A text is iterable, too, and never meant. */
const inputsCheck: OptionCheck = {
  expects: "an iterable of inputs, such as a list",
  fits: (value) =>
    typeof value === "object" &&
    value !== null &&
    [Symbol.iterator, Symbol.asyncIterator].some(
      (key) => typeof Reflect.get(value, key) === "function",
    ),
  example: '["Hello."]',
};
