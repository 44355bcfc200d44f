import { type Html, html } from "../../report/html.ts";
import { markedWords } from "../../report/marked-words.ts";
import { sectionView } from "../../report/page.ts";
import { filterBar, pageFrame } from "../../report/page-frame.ts";
import type { AgainstResult, CaseName, ChangedCase } from "./against-result.ts";
import {
  answersText,
  callText,
  caseNotes,
  caseText,
  countsLine,
  figuresTable,
  incomparableText,
  noteLines,
  outcomeText,
  titleText,
  usedText,
  verdictText,
  WORK_TREE,
} from "./against-words.ts";

/** What a case came to, as the buttons of the page name it. */
const STATES = { failed: "fails now", passed: "passes", skipped: "not compared" } as const;

type State = keyof typeof STATES;

/** A comparison as an HTML page, which needs nothing beside it. */
export function againstPage(result: AgainstResult): string {
  const cards = cardsOf(result);
  const failed = result.failed.length > 0;
  const body = html`<header>
<h1><span class="mark ${failed ? "failed" : "passed"}"></span>${titleText(result)}</h1>
<p class="when">llm-do test --against ${result.revision.name}</p>
<p><b>${verdictText(result)}</b></p>
<p>${countsLine(result)}</p>
${sectionView({ blocks: [figuresTable(result), { kind: "lines", lines: noteLines(result) }] })}
</header>
${filters(cards)}
<main>
${[...Map.groupBy(cards, ({ section }) => section)].map(
  ([section, own]) => html`<section>
<h2>${section}</h2>
${own.map(cardView)}
</section>
`,
)}
<p class="nothing" hidden>No case fits.</p>
</main>`;
  return pageFrame({ title: titleText(result), body, hasFilters: true });
}

interface Card extends CaseName {
  readonly section: string;
  readonly state: State;
  readonly outcome: string;
  readonly body: Html;
  readonly isOpen: boolean;
}

function cardsOf(result: AgainstResult): readonly Card[] {
  const { changed, incomparable, failed, added, removed, renamed } = result;
  const text = (reason: string) => html`<pre>${reason}</pre>`;
  const plain = (one: CaseName, section: string, reason: string): Card => ({
    ...pick(one),
    section,
    state: "skipped",
    outcome: "",
    body: text(reason),
    isOpen: false,
  });
  return [
    ...changed.map((one) => changedCard(one)),
    ...failed
      .filter((one) => !changed.some((other) => isSameCase(one, other)))
      .map((one): Card => {
        const section = `Fails in the ${WORK_TREE}`;
        return { ...plain(one, section, one.reason), state: "failed", isOpen: true };
      }),
    ...incomparable.map((one) => plain(one, "Not comparable", incomparableText(one, result))),
    ...added.map((one) => plain(one, "Added", `only in the ${WORK_TREE}`)),
    ...removed.map((one) => plain(one, "Removed", `only at ${result.revision.name}`)),
    ...renamed.map((one) => plain(one.before, "Renamed", `now ${caseText(one.after)}`)),
  ];
}

function changedCard(one: ChangedCase): Card {
  const { passes } = one.after;
  return {
    ...pick(one),
    section: "Changed",
    state: passes.passed === passes.runs ? "passed" : "failed",
    outcome: outcomeText(one),
    body: changedView(one),
    isOpen: true,
  };
}

function changedView(one: ChangedCase): Html {
  const { answerDiffers, calls } = one;
  const used = usedText(one);
  const notes = [...caseNotes(one), ...(used === undefined ? [] : [used])];
  const { before, after } = markedWords(answersText(one.before), answersText(one.after));
  return html`${notes.map((note) => html`<p class="place">${note}</p>\n`)}
${
  answerDiffers &&
  html`<div class="pair diff">
<section><h4>Before</h4><pre>${before}</pre></section>
<section><h4>After</h4><pre>${after}</pre></section>
</div>`
}
${calls.length > 0 && html`<h3>Calls</h3>\n<pre>${calls.map(callText).join("\n")}</pre>`}`;
}

function cardView({ file, name, state, outcome, body, isOpen }: Card): Html {
  const words = `${file} ${name}`.toLowerCase();
  return html`<details class="test" data-state="${state}" data-text="${words}"${isOpen && html` open`}>
<summary><span class="mark ${state}" role="img" aria-label="${STATES[state]}"></span><span class="name">${name}</span><span class="badges">${
    outcome !== "" && html`<span class="badge">${outcome}</span>`
  }<span class="badge">${file}</span></span></summary>
<div class="body">
${body}
</div>
</details>
`;
}

function filters(cards: readonly Card[]): Html {
  const states = Object.entries(STATES).map(([state, label]) => ({
    state,
    text: `${label} ${cards.filter((card) => card.state === state).length}`,
  }));
  return filterBar(cards.length, states);
}

function isSameCase(left: CaseName, right: CaseName): boolean {
  return left.file === right.file && left.name === right.name;
}

function pick({ file, name }: CaseName): CaseName {
  return { file, name };
}
