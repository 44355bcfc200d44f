import { readFileSync } from "node:fs";
import process from "node:process";
import { EXIT } from "../errors/exit-codes.ts";
import { nodeHost } from "../host/node-host.ts";
import { main } from "./main.ts";

/** Runs this process's command line and sets its exit code. The only place that ends the process. */
export async function start(): Promise<void> {
  const host = nodeHost();
  const interrupt = new AbortController();
  process.on("SIGINT", () => {
    // The second time, whatever is still under way is not waited for.
    if (interrupt.signal.aborted) process.exit(EXIT.interrupted);
    interrupt.abort(new Error("SIGINT"));
  });
  let isStdoutBroken = false;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // That a reader left early is no news to whoever made it leave.
    if (error.code === "EPIPE") return;
    isStdoutBroken = true;
    process.exitCode = EXIT.failed;
    host.stderr.write(`Failed to write "stdout": ${error.message}\n`);
  });
  const exitCode = await main({
    argv: process.argv.slice(2),
    host,
    signal: interrupt.signal,
    version: packageVersion(),
  });
  process.exitCode = isStdoutBroken ? EXIT.failed : exitCode;
  // A tool that ignored its signal may hold the process open; the run itself has ended.
  if (process.exitCode === EXIT.interrupted) process.exit();
}

function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version; // our own file
}
