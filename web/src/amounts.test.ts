import { expect, test } from "vitest";
import { aboutTime, bytesOf, bytesSaid, timeLeftSaid } from "./amounts";

test("bytes have the unit in which they can be told apart from nothing", () => {
  expect([32e6, 999e6, 1e9, 2.14e9].map(bytesSaid)).toEqual(["32 MB", "999 MB", "1.0 GB", "2.1 GB"]);
  expect(bytesOf(0.2e9, 2.1e9)).toBe("0.2 of 2.1 GB");
  expect(bytesOf(12e6, 40e6)).toBe("12 of 40 MB");
});

test("times are rounded so that none promises too much", () => {
  expect([0.2, 3.1, 99].map(aboutTime)).toEqual(["about 1 s", "about 4 s", "about 99 s"]);
  expect(aboutTime(600)).toBe("about 10 min");
  expect(timeLeftSaid(3.2)).toBe("4 s left");
});
