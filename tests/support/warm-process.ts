import { AsyncLocalStorage } from "node:async_hooks";
import type { EventEmitter } from "node:events";
import { registerHooks } from "node:module";
import process from "node:process";
import { endMark, type WarmAnswer, type WarmRequest } from "./warm-protocol.ts";

/** Events of the process that the command and vitest listen to. */
const EVENTS = ["uncaughtException", "unhandledRejection", "warning", "exit"];
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"];

const running = new AsyncLocalStorage<number>();
const exit = process.exit;
let hasProjectCode = false;

// What a configuration is bundled into has a new name each time.
const KEPT = /\/node_modules\/|\.timestamp-|\/dist\/|^(?!file:)/;
registerHooks({
  load(url, context, nextLoad) {
    hasProjectCode ||= !KEPT.test(url);
    return nextLoad(url, context);
  },
});
hasProjectCode = false;

async function answerTo({ id, program, argv, cwd, env }: WarmRequest): Promise<WarmAnswer> {
  const { stdout, stderr } = process;
  const undo = [
    keepListeners(process, [...EVENTS, ...SIGNALS]),
    keepListeners(stdout, ["error"]),
    keepListeners(stderr, ["error"]),
  ];
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  process.chdir(cwd);
  process.argv.splice(1, Number.POSITIVE_INFINITY, program, ...argv);
  process.exitCode = undefined;
  // A failed command ends its process after a while; by then this one may run the next command.
  process.exit = (code) => (running.getStore() === id ? exit(code) : (undefined as never));
  // The program is evaluated once for each URL; what it imports is there already.
  await running.run(id, () => import(`${program}?${id}`));
  const code = Number(process.exitCode ?? 0);
  process.exit = (given) => (running.getStore() === undefined ? exit(given) : (undefined as never));
  for (const back of undo) back();
  await Promise.all(
    [stdout, stderr].map((output) => new Promise((done) => output.write(endMark(id), done))),
  );
  return { id, code, isSpent: hasProjectCode };
}

/** Returns what takes away the listeners that were added in between. */
function keepListeners(emitter: EventEmitter, events: readonly string[]): () => void {
  const before = new Map(events.map((event) => [event, emitter.rawListeners(event)]));
  return () => {
    for (const [event, kept] of before) {
      for (const listener of emitter.rawListeners(event)) {
        if (!kept.includes(listener)) emitter.removeListener(event, listener as () => void);
      }
    }
  };
}

process.on("message", async (request: WarmRequest) => process.send?.(await answerTo(request)));
process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
