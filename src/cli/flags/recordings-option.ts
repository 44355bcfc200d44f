import { Option } from "commander";

/** `--recordings` of the commands that look at what functions were asked and answered. */
export function recordingsOption(): Option {
  return new Option(
    "--recordings <PATH...>",
    "cassettes, or folders that hold some (default: cassettes, .llm-do/runs)",
  );
}
