import { expect, it } from "vitest";

import { saidOf } from "./faults";

it("what went wrong is said in sentences, and then what to do", () => {
  expect(saidOf({ message: "the mask is empty", hint: "Paint one." })).toBe("The mask is empty. Paint one.");
  expect(saidOf({ message: "It is away.", hint: "" })).toBe("It is away.");
});
