// Attacks the product and prints what came of it: npm run attack [-- --only NAME --trials N --seed N --markdown]
import { readArguments } from "./arguments.ts";
import type { Attack } from "./attack.ts";
import { carryOut } from "./carry-out.ts";
import { fullDisk } from "./full-disk.ts";
import { hostileFiles } from "./hostile-files.ts";
import { kill } from "./kill.ts";
import { paths } from "./paths.ts";
import { sandbox } from "./sandbox.ts";
import { secrets } from "./secrets.ts";
import { shellWords } from "./shell-words.ts";
import { walls } from "./walls.ts";

const ATTACKS: readonly Attack[] = [
  fullDisk,
  hostileFiles,
  kill,
  paths,
  sandbox,
  secrets,
  shellWords,
  walls,
];

const names = ATTACKS.map(({ name }) => name);
const request = readArguments(process.argv.slice(2), names);
if (request.kind === "help") process.stdout.write(request.text);
if (request.kind === "wrong") {
  process.stderr.write(`${request.reason}\nTry: npm run attack -- --help\n`);
  process.exitCode = 2;
}
if (request.kind === "run") {
  const { only } = request;
  const attacks = ATTACKS.filter(({ name }) => only.length === 0 || only.includes(name));
  process.exitCode = await carryOut(attacks, request);
}
