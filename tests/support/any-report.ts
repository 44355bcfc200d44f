import fc from "fast-check";
import type { Block, Plot, Report } from "../../src/report/report.ts";

/** Texts that try to be something else in one of the forms. */
const HOSTILE = [
  "</pre></code></main><script>document.title = 'taken'</script>",
  '"><img src=x onerror="alert(1)">',
  "'/><svg onload=alert(1)>",
  "<!-- ",
  "-->",
  "]]>",
  "</title>",
  "</style>",
  "&lt;",
  "&#124;",
  "a | b",
  "\\|",
  "\\\\|",
  "``` \n~~~",
  "`",
  "| --- |",
  "**x**",
  "__x__",
  "[x](http://y)",
  "![x](y)",
  "# head",
  "- item",
  "+ item",
  "1. item",
  "12) item",
  "===",
  "---",
  "> quote",
  "    code",
  "\tcode",
  "$x$",
  "@somebody",
  "#12",
  "www.example.com",
  "https://example.com",
  "a@example.com",
  "<https://e.com>",
  "\u001b[2J",
  "\u001b]0;title\u0007",
  "\r",
  "\n",
  "\r\n",
  "\u202e",
  "\u2028",
  "\u0000",
  "\u009b31m",
  "\u200b",
  "e\u0301",
  "漢字",
  "👩‍👩‍👧",
  "\ud800",
  "",
];

/** A text as a model may write it. */
export const anyText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary", maxLength: 12 })), {
    maxLength: 4,
  })
  .map((parts) => parts.join(""));

const anyNumber = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
  { weight: 3, arbitrary: fc.nat(1e6) },
  { weight: 1, arbitrary: fc.double() },
);

/** Any plot around texts of some kind. */
function anyPlot(text: fc.Arbitrary<string>): fc.Arbitrary<Plot> {
  const head = { title: text, note: fc.option(text, { nil: undefined }) };
  const some = <Value>(value: fc.Arbitrary<Value>) => fc.array(value, { maxLength: 3 });
  const unit = fc.constantFrom("share", "count", "usd", "ms");
  const levels = some(fc.record({ name: text, value: anyNumber }));
  const point = {
    x: anyNumber,
    y: anyNumber,
    lower: fc.option(anyNumber, { nil: undefined }),
    upper: fc.option(anyNumber, { nil: undefined }),
  };
  const interval = { name: text, share: anyNumber, lower: anyNumber, upper: anyNumber };
  const named = fc.record({ name: text, value: anyNumber });
  const kinds: readonly fc.Arbitrary<unknown>[] = [
    fc.record({
      kind: fc.constant("intervals"),
      ...head,
      levels,
      rows: some(fc.record({ ...interval, detail: fc.option(text, { nil: undefined }) })),
    }),
    fc.record({
      kind: fc.constant("lines"),
      ...head,
      levels,
      unit,
      x: fc.constantFrom("time", "count"),
      series: some(fc.record({ name: text, points: some(fc.record(point)) })),
      events: some(fc.record({ name: text, x: anyNumber })),
    }),
    fc.record({
      kind: fc.constant("stacks"),
      ...head,
      unit,
      rows: some(fc.record({ name: text, parts: some(named) })),
    }),
    fc.record({ kind: fc.constant("bars"), ...head, unit, rows: some(named) }),
    fc.record({
      kind: fc.constant("points"),
      ...head,
      x: fc.record({ name: text, unit }),
      y: fc.record({ name: text, unit }),
      points: some(fc.record({ name: text, ...point })),
    }),
    fc.record({
      kind: fc.constant("spread"),
      ...head,
      unit,
      rows: some(
        fc.record({ name: text, values: some(anyNumber), median: anyNumber, p95: anyNumber }),
      ),
    }),
  ];
  return fc.oneof(...kinds) as fc.Arbitrary<Plot>; // each has the fields of its kind
}

function anyBlock(text: fc.Arbitrary<string>): fc.Arbitrary<Block> {
  const texts = fc.array(text, { maxLength: 4 });
  const table = fc.integer({ min: 1, max: 5 }).chain((count) =>
    fc.record({
      kind: fc.constant("table"),
      caption: fc.option(text, { nil: undefined }),
      columns: fc.array(fc.record({ name: text, align: fc.constantFrom("left", "right") }), {
        minLength: count,
        maxLength: count,
      }),
      rows: fc.array(fc.array(text, { maxLength: count }), { maxLength: 3 }),
    }),
  );
  const difference = fc.record({ name: text, before: text, after: text });
  const one = fc.record({
    title: text,
    parts: fc.array(fc.record({ name: text, text }), { maxLength: 2 }),
    differences: fc.array(difference, { maxLength: 2 }),
  });
  const group = fc.record({
    name: text,
    total: fc.nat(5),
    cases: fc.array(one, { maxLength: 3 }),
  });
  const kinds: readonly fc.Arbitrary<unknown>[] = [
    fc.record({ kind: fc.constant("lines"), lines: texts }),
    fc.record({
      kind: fc.constant("facts"),
      rows: fc.array(fc.record({ name: text, value: text }), { maxLength: 3 }),
    }),
    table,
    fc.record({ kind: fc.constant("plot"), plot: anyPlot(text) }),
    fc.record({ kind: fc.constant("cases"), groups: fc.array(group, { maxLength: 3 }) }),
    fc.record({ kind: fc.constant("code"), text, language: fc.option(text, { nil: undefined }) }),
    fc.record({ kind: fc.constant("text"), text }),
  ];
  return fc.oneof(...kinds) as fc.Arbitrary<Block>; // each has the fields of its kind
}

/** Any report, with texts of some kind in all places that have one. */
export function anyReport(text: fc.Arbitrary<string> = anyText): fc.Arbitrary<Report> {
  const section = fc.record({
    title: fc.option(text, { nil: undefined }),
    blocks: fc.array(anyBlock(text), { maxLength: 4 }),
  });
  return fc.record({
    title: text,
    headline: text,
    tone: fc.constantFrom("good", "bad", "open"),
    statement: fc.option(text, { nil: undefined }),
    sections: fc.array(section, { maxLength: 3 }),
  }) as fc.Arbitrary<Report>; // absent fields are undefined ones here
}
