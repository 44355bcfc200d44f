import { domain } from "llm-do";

/** Two or three plain names, in quotes or not, before an address. */
export const FROM = /^("?)([A-Z][a-z]+(?: [A-Z][a-z]+){1,2})\1 <[^<>]+>$/;

export const sender_name_domain = domain<{ input: string }, string>({
  accepts: ({ input }) => FROM.test(input) || "it is not plain names before an address",
  check: ({ input }, output) => input.includes(output) || "it is not in the header",
  generate: (fc) =>
    fc
      .array(fc.stringMatching(/^[A-Z][a-z]{1,8}$/), { minLength: 2, maxLength: 3 })
      .map((names) => ({ input: `${names.join(" ")} <someone@example.org>` })),
});
