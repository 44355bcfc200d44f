import { isCi } from "../../cassette/default-mode.ts";
import { shellQuote } from "../../errors/shell-quote.ts";
import type { Environment } from "../../host/host.ts";

/** The command that records one case anew, and no other. */
export function recordingCommand(file: string, name: string, env: Environment): string {
  const pattern = name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const words = ["llm-do", "test", file, "-t", `^${pattern}$`, "--mode", "record"];
  const where = isCi(env) ? " (on your own machine: nothing is recorded where CI is set)" : "";
  return words.map(shellQuote).join(" ") + where;
}
