// Preloaded through NODE_OPTIONS: each process writes the most memory that it held to a file of its own.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";

const folder = process.env.BENCH_MEMORY_FOLDER;

function tell() {
  const name = join(folder, String(process.pid));
  writeFileSync(name, String(process.resourceUsage().maxRSS));
}

if (folder !== undefined && isMainThread) {
  process.on("exit", tell);
  // Runners end their processes so; whoever listens decides what comes of it.
  process.on("SIGTERM", () => process.exit());
}
