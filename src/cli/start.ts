import { readFileSync } from "node:fs";
import process from "node:process";
import { EXIT } from "../errors/codes.ts";
import { LlmDoError } from "../errors/llm-do-error.ts";
import { messageOf } from "../errors/message-of.ts";
import { thrownFrames } from "../errors/own-frames.ts";
import type { Host, Output } from "../host/host.ts";
import { listenForInterrupts, signalExitCode } from "../host/interrupts.ts";
import { nodeHost } from "../host/node-host.ts";
import { main, report } from "./main.ts";

/** How long what a command that failed has left behind may hold the process open. */
const LEFT_BEHIND_MS = 1000;

/** Runs this process's command line and sets its exit code. The only place that ends the process. */
export async function start(): Promise<void> {
  const host = nodeHost();
  const interrupts = listenForInterrupts((signal) => process.exit(signalExitCode(signal)));
  let isStdoutBroken = false;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (isReaderGone(error)) return;
    isStdoutBroken = true;
    process.exitCode = EXIT.failed;
    host.stderr.write(`Failed to write "stdout": ${error.message}\n`);
  });
  // There is nobody left to tell.
  process.stderr.on("error", () => undefined);
  const argv = process.argv.slice(2);
  showWarnings(host.stderr);
  const strays = watchStrays(host, argv, interrupts.end);
  const exitCode = await main({
    argv,
    host,
    signal: interrupts.signal,
    version: packageVersion(),
  });
  await strays.tell();
  // Code that ignored its signal may hold the process open; the run itself has ended.
  if (exitCode === EXIT.interrupted) process.exit(signalExitCode(interrupts.first ?? "SIGINT"));
  process.exitCode = isStdoutBroken ? EXIT.failed : exitCode;
  if (interrupts.first) process.exit();
  interrupts.endAtFirst();
  if (exitCode !== EXIT.done) setTimeout(() => process.exit(), LEFT_BEHIND_MS).unref();
}

/** Node would write warnings to a terminal by itself, as they come. */
function showWarnings(stderr: Output): void {
  if (!stderr.isTerminal || process.listenerCount("warning") === 0) return;
  process.removeAllListeners("warning");
  process.on("warning", ({ name, message }) => {
    stderr.write(`(node:${process.pid}) ${name}: ${message}\n`);
  });
}

/**
 * Returns true where the reader of an output left early, or its terminal closed: the command does its
 * work all the same, and whoever made the reader leave needs no news of it.
 */
function isReaderGone({ code }: NodeJS.ErrnoException): boolean {
  return code === "EPIPE" || code === "EIO" || code === "ECONNRESET";
}

function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version; // our own file
}

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
function watchStrays(host: Host, argv: readonly string[], end: (reason: Error) => void): Strays {
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
