// One of several processes in which code is watched: node watched-writer.ts FOLDER NAME COUNT
import { run } from "../../src/api/open-project.ts";
import { nodeHost } from "../../src/host/node-host.ts";
import { answering, slugOf } from "./watched-project.ts";

const [folder = ".", name = "", counted = "0"] = process.argv.slice(2);
process.chdir(folder);
const titles = Array.from({ length: Number(counted) }, (_each, index) => `Report ${name} ${index}`);
await run({
  files: ["all.ts", "slug.worker"],
  entry: "all",
  input: { titles },
  transport: answering(slugOf),
  limits: { maxCalls: 100_000 },
  host: { ...nodeHost(), env: {} },
});
