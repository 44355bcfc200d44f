import { llmDo } from "./command.ts";
import type { Figure } from "./figure.ts";
import { recordTraffic, type TrafficCall, writeWorker } from "./recorded-traffic.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { memoryOf, timesOf, usedBy } from "./used.ts";

const WORKERS = 20;
const CALLS_EACH = 2500;
const ROUNDS = 5;
/** That nothing is worth trying is an answer, too. */
const SCANNED = [0, 6];

/** How long the built command takes to look through the recordings of a whole project. */
export const scan: Figure = {
  name: "scan",
  measure: async (say) => {
    const folder = temporaryFolder();
    const names = Array.from({ length: WORKERS }, (_, at) => `reader${at}`);
    for (const name of names) writeWorker(folder, name, `Read the line for ${name}.`);
    recordTraffic(
      folder,
      Array.from({ length: WORKERS * CALLS_EACH }, (_, index) => callOf(names, index)),
    );
    const words = llmDo("harden", "--scan", "--recordings", "recorded");
    const rounds = Array.from({ length: ROUNDS }, () => usedBy(words, folder, SCANNED));
    for (const { stdout } of rounds) {
      if (names.some((name) => !stdout.includes(name))) throw new Error(stdout);
    }
    say(
      `${WORKERS} workers with ${CALLS_EACH} recordings each, one in five of them a second sample`,
    );
    const what = `scan of ${WORKERS * CALLS_EACH} recordings`;
    return [...timesOf(what, rounds, 15), memoryOf(what, rounds, undefined)];
  },
};

/** Every fifth call of a worker asks what the one before it asked. */
function callOf(names: readonly string[], index: number): TrafficCall {
  const at = Math.floor(index / names.length);
  const said = at % 5 === 4 ? at - 1 : at;
  const kind = LINES[index % LINES.length];
  const worker = names[index % names.length];
  if (!kind || worker === undefined) throw new TypeError("there are no lines, or no workers");
  return { worker, input: kind(said), answer: `{"id":${said},"day":"${dayOf(said)}"}` };
}

/** What people would harden: log lines, addresses, headers, user agents and lines of invoices. */
const LINES: readonly ((at: number) => string)[] = [
  (at) =>
    `${dayOf(at)}T${clockOf(at)}Z ${pick(at, LEVELS)} worker-${at % 17} finished ${at} jobs in ${at % 971}ms`,
  (at) =>
    `https://${pick(at, HOSTS)}.example.com/${pick(at >> 2, PATHS)}/${at * 7919}?page=${at % 40}&lang=${pick(at, LANGUAGES)}`,
  (at) =>
    `${pick(at, DAYS)}, ${(at % 28) + 1} ${pick(at >> 3, MONTHS)} ${2000 + (at % 26)} ${clockOf(at)} +0${at % 10}00`,
  (at) =>
    `Mozilla/5.0 (${pick(at, SYSTEMS)}) AppleWebKit/537.${at % 40} (KHTML, like Gecko) Chrome/${60 + (at % 70)}.0.${at % 5000}.${at % 200} Safari/537.36`,
  (at) =>
    `${(at % 90) + 1} x ${pick(at, GOODS)} (no. ${at + 10_000}), EUR ${(at % 1000) + 1}.${String(at % 100).padStart(2, "0")} plus ${pick(at, ["7", "19"])} % VAT`,
];

const LEVELS = ["INFO", "WARN", "ERROR", "DEBUG"];
const HOSTS = ["shop", "www", "api", "cdn-2"];
const PATHS = ["items", "users/list", "orders/open/new", "search"];
const LANGUAGES = ["de", "en-GB", "fr", "pt_BR"];
const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const SYSTEMS = [
  "X11; Linux x86_64",
  "Windows NT 10.0; Win64; x64",
  "Macintosh; Intel Mac OS X 10_15_7",
];
const GOODS = ["paper A4", "toner, black", "envelopes C5/6", "pencils"];

function pick(at: number, of: readonly string[]): string {
  return of[at % of.length] ?? "";
}

function dayOf(at: number): string {
  return new Date(at * 86_400_000).toISOString().slice(0, 10);
}

function clockOf(at: number): string {
  return new Date(at * 61_000).toISOString().slice(11, 19);
}
