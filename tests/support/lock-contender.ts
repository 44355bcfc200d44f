// Tries to take locks when told to, and says which ones it got: node lock-contender.ts FOLDER ROUNDS
import { existsSync } from "node:fs";
import { join } from "node:path";
import { tryLock } from "../../src/host/locks/file-lock.ts";
import { nodeHost } from "../../src/host/node-host.ts";

const [folder = ".", rounds = "0"] = process.argv.slice(2);
const got: number[] = [];
process.stdout.write("ready\n");
for (let round = 0; round < Number(rounds); round++) {
  while (!existsSync(join(folder, `go-${round}`)));
  if (tryLock(join(folder, String(round)), nodeHost()).kind === "taken") got.push(round);
}
process.stdout.write(`${JSON.stringify(got)}\n`);
