import { isCi } from "../../cassette/state/default-mode.ts";
import type { Environment } from "../../host/host.ts";
import { shellQuote } from "../../words/shell-quote.ts";

interface RecordingSettings {
  readonly env: Environment;
  readonly samples: number | undefined;
  /** The model to record with; default: that of the case. */
  readonly model?: string;
}

/** The command that records one case anew, and no other, with as many runs of it as were asked for. */
export function recordingCommand(
  file: string,
  name: string,
  { env, samples, model }: RecordingSettings,
): string {
  const pattern = name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const words = ["llm-do", "test", file, "-t", `^${pattern}$`];
  if (model !== undefined) words.push("--models", model);
  words.push("--mode", "record");
  if (samples !== undefined) words.push("--samples", String(samples));
  const where = isCi(env) ? " (on your own machine: nothing is recorded where CI is set)" : "";
  return words.map(shellQuote).join(" ") + where;
}
