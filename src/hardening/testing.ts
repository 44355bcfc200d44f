export {
  type Agreement,
  type AgreementDisagreement,
  type AgreementOfPairs,
  type AgreementOfTool,
  agreement,
} from "./agreement.ts";
export { readComparator as comparator } from "./read-comparator.ts";
export { type MatcherResult, toAgreeAtLeast } from "./to-agree-at-least.ts";
