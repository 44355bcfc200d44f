import { dirname, resolve } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { FunctionSpace } from "../../functions/llm-function.ts";
import type { Host } from "../../host/host.ts";
import { isLocalModel, splitModelName } from "../../model/request.ts";
import type { Caller, ModelTransport } from "../../model/transport.ts";
import { createScriptTransport, type ScriptTransport } from "../../providers/script/script.ts";
import { parseScript } from "../../providers/script/script-file.ts";
import { createTestTransport } from "../../providers/script/test-model.ts";

/** Reads a script of answers. */
export function openScript(path: string, host: Host): ScriptTransport {
  const absolute = resolve(host.cwd, path);
  if (host.files.stat(absolute)?.kind !== "file") {
    throw new LlmDoError({
      code: "file",
      verb: "read",
      what: path,
      reason: "there is no such script",
      tries: ["check the path; a script:FILE model is relative to its worker's file"],
    });
  }
  const items = parseScript(host.files.readText(absolute), path);
  return createScriptTransport(items, { file: path, clock: host.clock });
}

/**
 * Answers the models that need no network, `test` and `script:FILE`, and hands all others on.
 *
 * A script is relative to the file of the worker that names it. Its workers inherit the model and
 * not the folder, so the file is looked for beside the worker that asks, then beside those above it.
 */
export function withLocalModels(
  inner: ModelTransport,
  space: FunctionSpace,
  host: Host,
): ModelTransport {
  const scripts = new Map<string, ScriptTransport>();
  const test = createTestTransport();
  function scriptOf(name: string, caller: Caller | undefined): ScriptTransport {
    const paths = chainOf(caller).flatMap((asker) => {
      const file = space.get(asker)?.file;
      // What a toolset or a model made has no file of the project's.
      return file === undefined ? [] : [resolve(host.cwd, dirname(file), name)];
    });
    const path = paths.find((candidate) => host.files.stat(candidate)) ?? paths[0] ?? name;
    const known = scripts.get(path) ?? openScript(path, host);
    scripts.set(path, known);
    return known;
  }
  return {
    stream(request, options) {
      if (!isLocalModel(request.model)) return inner.stream(request, options);
      if (request.model === "test") return test.stream(request, options);
      const { name } = splitModelName(request.model);
      return scriptOf(name, options.caller).stream(request, options);
    },
  };
}

/** The functions from the asking worker up to the entry: a call's id is their path. */
function chainOf(caller: Caller | undefined): readonly string[] {
  const path = caller?.callId.split("/").map((step) => step.replace(/#\d+$/, "")) ?? [];
  return path.reverse();
}
