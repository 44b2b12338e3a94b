import { expect, test } from "vitest";
import { sidesFrom } from "./sides";

test("one side is a number, both are two with an x between them", () => {
  expect(sidesFrom("width", "512")).toEqual({ width: 512 });
  expect(sidesFrom("height", " 512 x 768 ")).toEqual({ width: 512, height: 768 });
  expect(sidesFrom("width", "704×512")).toEqual({ width: 704, height: 512 });
});

test("nothing leaves it to the server, and too much is the most there is", () => {
  expect(sidesFrom("width", "")).toEqual({ width: undefined });
  expect(sidesFrom("height", "as it comes")).toEqual({ height: undefined });
  expect(sidesFrom("width", "999999999")["width"]).toBeLessThan(100_000);
});
