/** What stands directly in the folder, and is swapped all the time. */
export const NAMES = ["a", "b", "ü", "swap", "a b", "-x", "$HOME", "c;d", "*", "\u202e"] as const;

/** Where links lead: out of the folder, in circles, to each other, to nothing. `@` is the trial's folder. */
export const LINKS = [
  "@/outside",
  "@/outside/secret.txt",
  "@/outside/deep",
  "@",
  "@/base/a",
  "@/base-2",
  "..",
  "../..",
  "../outside",
  "../outside/secret.txt",
  "../base-2/secret.txt",
  "../base-link/../outside",
  ".",
  "a",
  "b",
  "ü",
  "swap",
  "swap/deep",
  "missing",
  "../new",
  "/",
] as const;

/**
 * Code of a thread: each name becomes a link, a file or a folder with links in it, made aside and put
 * in its place in one step. Tells "ready", and the number of swaps when it is told to stop.
 */
export const SWAPPER = `
  const { workerData, parentPort, receiveMessageOnPort } = require("node:worker_threads");
  const fs = require("node:fs");
  const { folder, names, links, seed } = workerData;
  let state = seed >>> 0, swaps = 0, made = 0;
  const pick = (from) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return from[Math.floor((state / 2 ** 32) * from.length)];
  };
  const parked = () => folder + "/parked/" + made++;
  const target = () => pick(links).replaceAll("@", folder);
  const makers = [
    (path) => fs.symlinkSync(target(), path),
    (path) => fs.symlinkSync(target(), path),
    (path) => fs.writeFileSync(path, "inside"),
    (path) => {
      fs.mkdirSync(path + "/deep", { recursive: true });
      fs.writeFileSync(path + "/secret.txt", "inside");
      fs.symlinkSync(target(), path + "/" + pick(names));
      fs.symlinkSync(target(), path + "/deep/" + pick(names));
    },
    (path) => {
      fs.mkdirSync(path + "/deep", { recursive: true });
      fs.writeFileSync(path + "/secret.txt", "inside");
      fs.writeFileSync(path + "/deep/secret.txt", "inside");
    },
  ];
  const swap = () => {
    const place = folder + "/base/" + pick(names), fresh = parked(), old = parked();
    pick(makers)(fresh);
    try { fs.renameSync(place, old); } catch {}
    try { fs.renameSync(fresh, place); } catch {} // a call has made something there
    for (const path of [old, fresh]) fs.rmSync(path, { recursive: true, force: true });
    swaps++;
  };
  for (let round = 0; round < 50; round++) swap();
  parentPort.postMessage("ready");
  while (!receiveMessageOnPort(parentPort)) {
    try { swap(); } catch {} // a call was writing into what was being taken away
  }
  parentPort.postMessage(swaps);
`;
