import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { messageOf } from "../src/errors/message-of.ts";

const FOLDER = fileURLToPath(new URL("peers", import.meta.url));

/** Installs what the figures are compared with, once. False, with a word on why, where it cannot be. */
export function installPeers(say: (line: string) => void): boolean {
  if (existsSync(`${FOLDER}/node_modules/ai`)) return true;
  say("installing the peers in bench/peers");
  try {
    execFileSync("npm", ["ci", "--prefix", FOLDER, "--no-audit", "--no-fund"], { stdio: "pipe" });
    return true;
  } catch (error) {
    say(`THE PEERS CANNOT BE INSTALLED, so nothing is compared with them: ${messageOf(error)}`);
    return false;
  }
}
