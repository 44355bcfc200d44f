/**
 * A report as a tree. Build it once: {@link terminalLines}, {@link markdownOf} and {@link pageOf} show it.
 *
 * Every text may come from a model, a tool or a file. Write it as it is: each form escapes for itself.
 *
 * @example
 * const report: Report = {
 *   title: "slug.worker against slug.ts#slug",
 *   headline: "supported: that they agree on at least 98 %",
 *   tone: "good",
 *   sections: [{ title: "Evidence", blocks: [{ kind: "lines", lines: ["211 inputs held out"] }] }],
 * };
 */
export interface Report {
  readonly title: string;
  /** The result in one line; empty for none. */
  readonly headline: string;
  /** How a page colours the headline. The headline itself says it in words. */
  readonly tone?: Tone;
  /** The result in a few sentences. */
  readonly statement?: string;
  readonly sections: readonly Section[];
}

type Tone = "good" | "bad" | "open";

export interface Section {
  readonly title?: string;
  readonly blocks: readonly Block[];
}

export type Block =
  | LinesBlock
  | FactsBlock
  | TableBlock
  | { readonly kind: "plot"; readonly plot: Plot }
  | CasesBlock
  | CodeBlock
  | TextBlock;

/** One fact a line. */
interface LinesBlock {
  readonly kind: "lines";
  readonly lines: readonly string[];
}

/** Names with their values. */
export interface FactsBlock {
  readonly kind: "facts";
  readonly rows: readonly { readonly name: string; readonly value: string }[];
}

export interface TableBlock {
  readonly kind: "table";
  readonly caption?: string;
  readonly columns: readonly TableColumn[];
  /** A row may be short: its last cells are empty. Cells beyond the columns are refused. */
  readonly rows: readonly (readonly string[])[];
}

export interface TableColumn {
  readonly name: string;
  /** Default: `left`. Numbers go to the right. */
  readonly align?: "left" | "right";
}

/** Cases that are alike in groups, such as disagreements. A page shows all, other forms the first few. */
export interface CasesBlock {
  readonly kind: "cases";
  readonly groups: readonly CaseGroup[];
}

export interface CaseGroup {
  readonly name: string;
  /** How many cases the group has, those that are not listed included. */
  readonly total: number;
  readonly cases: readonly ReportCase[];
}

export interface ReportCase {
  readonly title: string;
  /** Its texts, such as the input and both answers. */
  readonly parts: readonly { readonly name: string; readonly text: string }[];
  /** What differs between two of its texts; every form marks the words that changed. */
  readonly differences?: readonly TextDifference[];
}

export interface TextDifference {
  /** Where, such as `at date.year`. */
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** A text in which each blank and line break counts. */
interface CodeBlock {
  readonly kind: "code";
  readonly text: string;
  /** As Markdown names it after the fence: `json`, `diff`. */
  readonly language?: string;
}

/** Prose. A line break stays one; an empty line separates paragraphs. */
interface TextBlock {
  readonly kind: "text";
  readonly text: string;
}

/** What a number of a plot counts: 0.98 is 98 %, milliseconds, US dollars. */
export type Unit = "share" | "count" | "usd" | "ms";

/** A picture on a page, and one line of text in every form. */
export type Plot = IntervalPlot | LinePlot | StackPlot | BarPlot | PointPlot | SpreadPlot;

interface PlotHead {
  readonly title: string;
  /** What a reader must know to read it right. */
  readonly note?: string;
}

/** Shares with their bounds, one a row, such as agreement and its interval. */
export interface IntervalPlot extends PlotHead {
  readonly kind: "intervals";
  readonly rows: readonly IntervalRow[];
  /** Lines across all rows, such as the claim. */
  readonly levels?: readonly Level[];
}

export interface IntervalRow {
  readonly name: string;
  /** Counts behind the share: `210 of 211`. Default: the share. */
  readonly detail?: string;
  /** From 0 to 1, like its bounds. */
  readonly share: number;
  readonly lower: number;
  readonly upper: number;
}

/** A value of the axis that has a name. */
export interface Level {
  readonly name: string;
  readonly value: number;
}

/** Values over time, or over a count such as that of comparisons; with bands where there are bounds. */
export interface LinePlot extends PlotHead {
  readonly kind: "lines";
  /** Milliseconds since 1970 for `time`. */
  readonly x: "time" | "count";
  readonly unit: Unit;
  readonly series: readonly Series[];
  /** Lines from side to side, such as the claim. */
  readonly levels?: readonly Level[];
  /** Lines from top to bottom, such as an alarm. */
  readonly events?: readonly { readonly name: string; readonly x: number }[];
}

export interface Series {
  readonly name: string;
  /** In the order of x. */
  readonly points: readonly LinePoint[];
}

export interface LinePoint {
  readonly x: number;
  readonly y: number;
  readonly lower?: number;
  readonly upper?: number;
}

/** Wholes and their parts, such as calls that code answered and calls that fell back. */
export interface StackPlot extends PlotHead {
  readonly kind: "stacks";
  readonly unit: Unit;
  readonly rows: readonly {
    readonly name: string;
    readonly parts: readonly { readonly name: string; readonly value: number }[];
  }[];
}

/** Values beside each other, such as the cost before and after. */
export interface BarPlot extends PlotHead {
  readonly kind: "bars";
  readonly unit: Unit;
  readonly rows: readonly { readonly name: string; readonly value: number }[];
}

/** One quantity against another, such as the share that passes against the cost. */
export interface PointPlot extends PlotHead {
  readonly kind: "points";
  readonly x: Axis;
  readonly y: Axis;
  readonly points: readonly (LinePoint & { readonly name: string })[];
}

interface Axis {
  readonly name: string;
  readonly unit: Unit;
}

/** All values of each row as strokes, with the median and the 95th percentile. */
export interface SpreadPlot extends PlotHead {
  readonly kind: "spread";
  readonly unit: Unit;
  readonly rows: readonly SpreadRow[];
}

interface SpreadRow {
  readonly name: string;
  readonly values: readonly number[];
  readonly median: number;
  readonly p95: number;
}
