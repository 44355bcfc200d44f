// Preloaded with --import: writes the address of each module that was loaded to the fourth stream.
import { writeSync } from "node:fs";
import { registerHooks } from "node:module";

const loaded = [];
registerHooks({
  load: (url, context, nextLoad) => {
    if (!url.startsWith("node:")) loaded.push(url);
    return nextLoad(url, context);
  },
});
process.on("exit", () => writeSync(3, JSON.stringify(loaded)));
