import { afterEach, expect, test, vi } from "vitest";

const studio = vi.hoisted(() => ({
  masked: true,
  forecast: { working: { width: 512, height: 512 } },
  document: { picture: { hash: "before" } },
  request: () => Promise.resolve({ images: [studio.document.picture.hash] }),
}));
vi.mock("../store.svelte", () => ({ studio }));
vi.mock("../api", () => ({
  call: (route: string) =>
    Promise.resolve(route.startsWith("POST") ? { id: "job" } : { state: "done", pictures: [{ label: "fill", url: "/fill" }] }),
  listen: (_: string, hear: (event: { kind: string }) => void) => hear({ kind: "finished" }),
  picture: () => Promise.resolve(new Blob()),
}));

import { States } from "./states.svelte";

afterEach(() => void (studio.document.picture.hash = "before"));

test("the little pictures of one picture are not those of the next", async () => {
  const states = new States();
  await states.show();
  expect(Object.keys(states.pictures ?? {})).toEqual(["fill"]);
  studio.document.picture.hash = "after";
  expect(states.pictures).toBeNull();
  await states.show();
  expect(Object.keys(states.pictures ?? {})).toEqual(["fill"]);
});
