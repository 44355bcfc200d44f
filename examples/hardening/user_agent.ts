import { tool } from "llm-do";
import { z } from "zod";

/** What names a browser, the most telling first: nearly all of them say Chrome or Safari, too. */
const BROWSERS = [
  ["Microsoft Edge", /\bEdg(?:A|iOS)?\/(\d+)/],
  ["Opera Touch", /\bOPT\/(\d+)/],
  ["Opera", /\bOPR\/(\d+)/],
  ["Samsung Internet for Android", /\bSamsungBrowser\/(\d+)/],
  ["Yandex Browser", /\bYaBrowser\/(\d+)/],
  ["Google Search", /\bGSA\/(\d+)/],
  ["DuckDuckGo", /\b(?:Ddg|DuckDuckGo)\/(\d+)/],
  ["Firefox", /\b(?:Firefox|FxiOS)\/(\d+)/],
  ["Chrome", /\b(?:Chrome|CriOS)\/(\d+)/],
  ["Safari", /\bVersion\/(\d+)[\d.]* (?:Mobile\/\w+ )?Safari\//],
] as const;

export const user_agent = tool({
  description: "Browser and major version of a User-Agent header",
  input: z.object({ input: z.string() }),
  effect: "pure",
  run: ({ input }) => {
    for (const [name, version] of BROWSERS) {
      const major = version.exec(input)?.[1];
      if (major !== undefined) return { ok: true, value: `${name} ${major}` };
    }
    return { ok: false, reason: "it names no browser that is known here" };
  },
});
