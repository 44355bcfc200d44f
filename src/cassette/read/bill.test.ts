import { expect, test } from "vitest";
import { leastBill, NO_BILL } from "./bill.ts";

const bill = { ...NO_BILL, answers: 1 };

test("what recording takes at least is rounded down", () => {
  expect(leastBill({ ...bill, usd: 0.00459 })).toBe("0 tokens, $0.0045");
});

test("what recording takes at least names no price too small to show", () => {
  expect(leastBill({ ...bill, usd: 0.00009 })).toBe("0 tokens");
});

test("what recording takes at least says where a price is unknown", () => {
  expect(leastBill({ ...bill, usd: undefined })).toBe("0 tokens (price unknown)");
});
