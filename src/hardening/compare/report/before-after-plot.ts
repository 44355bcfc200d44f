import { escapeHtml } from "../../../report/html.ts";
import { grouped } from "../../../words/counted.ts";
import { msText, usdText } from "../../../words/quantities.ts";
import type { CompareReport } from "./report.ts";

/** One quantity before and after. */
interface Pair {
  readonly title: string;
  readonly before: Bar;
  readonly after: Bar;
}

interface Bar {
  readonly name: string;
  readonly value: number;
  readonly text: string;
}

const WIDTH = 300;
const BAR_LEFT = 72;
const ROW_HEIGHT = 34;
const BAR_HEIGHT = 14;

/** What the recorded calls took with the prompt alone, and what they would have taken. */
export function beforeAfterPlot(report: CompareReport): string {
  const pairs = pairsOf(report);
  if (pairs.length === 0) return `<p class="note">Nothing is on record yet.</p>`;
  const { scripted, spent } = report.savings;
  const note =
    scripted === 0
      ? "From the recordings' own usage and timing; the tool was timed on the machine that compared."
      : `A script stood in for the model in ${grouped(scripted)} of ${grouped(spent.calls)} calls: tokens, money and time are what it says.`;
  return `<div class="plots">${pairs.map(figure).join("\n")}</div>\n<p class="note">${note}</p>`;
}

function pairsOf({ savings, kind }: CompareReport): readonly Pair[] {
  const { spent, saved, promptMs, toolMs } = savings;
  if (spent.calls === 0 || kind === "worker") return [];
  const left = spent.exchanges - saved.exchanges;
  const pairs: Pair[] = [
    pair("Model calls", [spent.exchanges, grouped(spent.exchanges)], [left, grouped(left)]),
  ];
  const tokens = spent.tokens - saved.tokens;
  pairs.push(pair("Tokens", [spent.tokens, grouped(spent.tokens)], [tokens, grouped(tokens)]));
  if (spent.usd !== undefined && saved.usd !== undefined) {
    const usd = Math.max(0, spent.usd - saved.usd);
    pairs.push(pair("Money", [spent.usd, usdText(spent.usd)], [usd, usdText(usd)]));
  }
  if (promptMs !== undefined && toolMs !== undefined) {
    const title = "Latency of a call, median";
    pairs.push(pair(title, [promptMs, msText(promptMs)], [toolMs, msText(toolMs)]));
  }
  return pairs;
}

function pair(title: string, before: [number, string], after: [number, string]): Pair {
  const bar = (name: string, [value, text]: [number, string]) => ({ name, value, text });
  return { title, before: bar("prompt", before), after: bar("with tool", after) };
}

function figure({ title, before, after }: Pair): string {
  const most = Math.max(before.value, after.value);
  const room = WIDTH - BAR_LEFT - 90;
  const row = ({ name, value, text }: Bar, index: number) => {
    const y = index * ROW_HEIGHT + 8;
    // What is there but too small to see still shows as a line.
    const length = most === 0 ? 0 : Math.max(value > 0 ? 1.5 : 0, (value / most) * room);
    return `<text x="0" y="${y + 12}">${name}</text><rect x="${BAR_LEFT}" y="${y}" width="${length.toFixed(1)}" height="${BAR_HEIGHT}" rx="2" fill="var(--${index === 0 ? "prompt" : "tool"})"/><text class="soft" x="${(BAR_LEFT + length + 8).toFixed(1)}" y="${y + 12}">${escapeHtml(text)}</text>`;
  };
  const label = `${title}: prompt ${before.text}, with tool ${after.text}`;
  return `<figure><figcaption>${title}</figcaption><svg viewBox="0 0 ${WIDTH} ${2 * ROW_HEIGHT}" role="img" aria-label="${escapeHtml(label)}">${[before, after].map(row).join("")}</svg></figure>`;
}
