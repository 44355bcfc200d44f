import { domain } from "llm-do";

const DAYS = "Mon|Tue|Wed|Thu|Fri|Sat|Sun";
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The date of RFC 5322 with a numeric zone, and with the comment that many programs put behind it. */
export const HEADER = new RegExp(
  `^(?:(?:${DAYS}), +)?(\\d{1,2}) (${MONTHS.join("|")}) (\\d{4}) \\d{2}:\\d{2}:\\d{2} [+-]\\d{4}(?: \\([A-Z]+\\))?$`,
);

export const date_header_domain = domain<{ input: string }, string>({
  accepts: ({ input }) => HEADER.test(input) || "it is not written as RFC 5322 says",
  check: (_input, output) => /^\d{4}-\d{2}-\d{2}$/.test(output) || "it is no date",
  generate: (fc) =>
    fc
      .record({
        day: fc.integer({ min: 1, max: 28 }),
        month: fc.constantFrom(...MONTHS),
        year: fc.integer({ min: 1990, max: 2040 }),
        zone: fc.constantFrom("+0000", "-0500", "+0930", "-0700 (PDT)"),
      })
      .map(({ day, month, year, zone }) => ({
        input: `${day} ${month} ${year} 10:20:30 ${zone}`,
      })),
});
