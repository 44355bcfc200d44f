import { dirname, resolve } from "node:path";
import { LlmDoError } from "../errors/llm-do-error.ts";
import type { FunctionSpace } from "../functions/llm-function.ts";
import type { Host } from "../host/host.ts";
import { splitModelName } from "../model/request.ts";
import type { ModelTransport } from "../model/transport.ts";
import { createScriptTransport, type ScriptTransport } from "../providers/script.ts";
import { parseScript } from "../providers/script-file.ts";
import { createTestTransport } from "../providers/test-model.ts";

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
 * @param space tells the files of workers, which scripts are relative to
 */
export function withLocalModels(
  inner: ModelTransport,
  space: FunctionSpace,
  host: Host,
): ModelTransport {
  const scripts = new Map<string, ScriptTransport>();
  const test = createTestTransport();
  function scriptOf(name: string, worker: string): ScriptTransport {
    const file = space.get(worker)?.file ?? "";
    const path = resolve(host.cwd, dirname(file), name);
    const known = scripts.get(path) ?? openScript(path, host);
    scripts.set(path, known);
    return known;
  }
  return {
    stream(request, options) {
      if (request.model === "test") return test.stream(request, options);
      const { provider, name } = splitModelName(request.model);
      if (provider !== "script") return inner.stream(request, options);
      return scriptOf(name, options.caller?.worker ?? "").stream(request, options);
    },
  };
}
