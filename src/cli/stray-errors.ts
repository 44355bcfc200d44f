import process from "node:process";
import { LlmDoError } from "../errors/llm-do-error.ts";
import { messageOf } from "../errors/message-of.ts";
import { thrownFrames } from "../errors/own-frames.ts";
import type { Host } from "../host/host.ts";
import { report } from "./main.ts";

/** How long a command may take to end; effects under way have 30 seconds. */
const END_MS = 35_000;

/** What was thrown where nothing waits for it. */
interface Strays {
  /** Tells of it and ends the process, where something was; called when the command is over. */
  readonly tell: () => Promise<void>;
}

/**
 * Takes what is thrown in a timer, or by a promise that nothing awaits. Node would write it with its
 * stack to the terminal, as it comes, and end the process; here the command ends first.
 */
export function watchStrays(
  host: Host,
  argv: readonly string[],
  end: (reason: Error) => void,
): Strays {
  let stray: LlmDoError | undefined;
  let isOver = false;
  const tell = async () => {
    isOver = true;
    if (!stray) return;
    await report(stray, { argv, host, isTold: false });
    process.exit(stray.exitCode);
  };
  const take = (thrown: unknown) => {
    if (stray) return; // it is ending
    stray = strayError(thrown);
    end(stray);
    if (isOver) tell();
    else setTimeout(tell, END_MS);
  };
  process.on("uncaughtException", take);
  process.on("unhandledRejection", take);
  return { tell };
}

function strayError(thrown: unknown): LlmDoError {
  const [frame] = thrownFrames(thrown);
  return new LlmDoError({
    code: "call",
    verb: "run",
    what: "llm-do",
    reason: `code that nothing waits for threw: ${messageOf(thrown)}`,
    place: frame?.place,
    tries: ["await what a tool starts before it returns, or catch what it throws"],
    cause: thrown,
  });
}
