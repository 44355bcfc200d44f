import type { LlmDoError } from "../errors/llm-do-error.ts";
import { type YamlProblem, type YamlSource, yamlError } from "../yaml/yaml-source.ts";

/** How errors speak of a `.worker` file: code `worker`, and its YAML is its front matter. */
export function workerSource(file: string): YamlSource {
  return { file, code: "worker", verb: "load", noun: "front matter" };
}

/** What is wrong with a `.worker` file outside of a value of its front matter. */
export function workerError(file: string, problem: YamlProblem): LlmDoError {
  return yamlError(workerSource(file), problem);
}
