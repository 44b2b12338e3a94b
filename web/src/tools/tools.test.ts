import { describe, expect, it } from "vitest";

import { box } from "../boxes";
import { type Modifiers, type PointerInput, imagePoint } from "../words";
import { FIRST_OPTIONS } from "./options";
import { TOOLS } from "./table";
import { SCENE, edit, play, touch } from "./testing";
import { type ToolKey, IDLE } from "./tool";

const DRAG = [touch("down", 10, 20), touch("move", 30, 40), touch("up", 60, 50)];

describe("every tool", () => {
  it.each(Object.keys(TOOLS) as ToolKey[])("%s stands in the table under its own key and name", (key) => {
    expect(TOOLS[key].key).toBe(key);
    expect(TOOLS[key].label).toBe(`tool.${key}`);
  });

  it.each(Object.keys(TOOLS) as ToolKey[])("%s forgets what was begun when cancelled", (key) => {
    const scene = { ...SCENE, crop: box(0, 0, 60, 60) };
    const { gesture, outcomes } = play(key, [touch("down", 50, 50), { kind: "cancel" }], scene);
    expect(gesture.kind).toBe("idle");
    expect(outcomes.filter(({ kind }) => !["pick colour", "edit"].includes(kind))).toEqual([]);
  });

  it.each(Object.keys(TOOLS) as ToolKey[])("%s makes nothing of a pointer that only hovers", (key) => {
    expect(play(key, [touch("move", 1, 1), touch("move", 5, 5), touch("up", 5, 5)])).toEqual({
      gesture: IDLE,
      outcomes: [],
    });
  });
});

describe("brush and eraser", () => {
  it("make one stroke of a drag, with the size and softness that are set", () => {
    expect(edit("brush", DRAG)).toEqual({
      kind: "stroke",
      mode: "paint",
      diameter: FIRST_OPTIONS.diameter,
      softness: FIRST_OPTIONS.softness,
      points: [
        [10, 20],
        [30, 40],
        [60, 50],
      ].map(([x, y]) => ({ ...imagePoint(x ?? 0, y ?? 0), pressure: 1 })),
    });
    expect(edit("eraser", DRAG)).toMatchObject({ mode: "erase" });
  });

  it("make a dot of a press", () => {
    expect(edit("brush", [touch("down", 5, 5), touch("up", 5, 5)])).toMatchObject({ points: [{ x: 5, y: 5 }] });
  });

  it("make a stroke of what was drawn when a page is left before its end", () => {
    const [down, move] = DRAG as [PointerInput, PointerInput];
    expect(edit("brush", [down, move, { kind: "finish" }])).toMatchObject({ points: [{ x: 10 }, { x: 30 }] });
    expect(play("brush", [{ kind: "finish" }]).outcomes).toEqual([]);
  });

  it("are each other with Alt held", () => {
    const alt = [touch("down", 1, 1, { alt: true }), touch("up", 9, 1)];
    expect(edit("brush", alt)).toMatchObject({ mode: "erase" });
    expect(edit("eraser", alt)).toMatchObject({ mode: "paint" });
  });

  it("go on from the last stroke in a straight line with Shift held", () => {
    const first = play("brush", DRAG).gesture;
    const shifted = [touch("down", 90, 90, { shift: true }), touch("up", 90, 90)];
    const [outcome] = play("brush", shifted, SCENE, first).outcomes;
    expect(outcome).toMatchObject({
      edit: {
        points: [
          { x: 60, y: 50 },
          { x: 90, y: 90 },
        ],
      },
    });
  });

  it("keep the pressure of each point, and lift the pen with that before", () => {
    const pen = (kind: "down" | "move" | "up", x: number, pressure: number): PointerInput =>
      ({ ...touch(kind, x, 0), pressure }) as PointerInput;
    const stroke = edit("brush", [pen("down", 0, 0.2), pen("move", 20, 0.9), pen("up", 40, 0)]);
    expect(stroke.kind === "stroke" && stroke.points.map(({ pressure }) => pressure)).toEqual([0.2, 0.9, 0.9]);
  });

  it("leave out points too near to be seen, but never the last", () => {
    const scene = { ...SCENE, options: { ...FIRST_OPTIONS, diameter: 500 } };
    const stroke = edit("brush", [touch("down", 0, 0), touch("move", 4, 0), touch("up", 5, 0)], scene);
    expect(stroke.kind === "stroke" && stroke.points.map(({ x }) => x)).toEqual([0, 5]);
  });

  it("sketch with a colour", () => {
    expect(play("sketch", DRAG).outcomes).toMatchObject([{ kind: "sketch", stroke: { colour: FIRST_OPTIONS.colour } }]);
  });
});

describe("shapes", () => {
  it("span the drag, in whole pixels", () => {
    const drag = [touch("down", 10.4, 20.6), touch("up", 60.2, 50.5)];
    expect(edit("rectangle", drag)).toEqual({ kind: "rectangle", mode: "paint", box: box(10, 20, 61, 51) });
    expect(edit("ellipse", drag)).toEqual({ kind: "ellipse", mode: "paint", box: box(10, 20, 61, 51) });
  });

  it("are square with Shift and grow around their middle with Ctrl", () => {
    const drag = (more: Partial<Modifiers>) => [touch("down", 50, 50), touch("up", 70, 40, more)];
    expect(edit("rectangle", drag({ shift: true }))).toMatchObject({ box: box(50, 30, 70, 50) });
    expect(edit("rectangle", drag({ ctrl: true }))).toMatchObject({ box: box(30, 40, 70, 60) });
  });

  it("take away when set so, and paint again with Alt", () => {
    const scene = { ...SCENE, options: { ...FIRST_OPTIONS, mode: "erase" as const } };
    expect(edit("rectangle", DRAG, scene)).toMatchObject({ mode: "erase" });
    const alt = [touch("down", 0, 0), touch("up", 9, 9, { alt: true })];
    expect(edit("ellipse", alt, scene)).toMatchObject({ mode: "paint" });
  });

  it("need an area: a press alone makes none", () => {
    const press = [touch("down", 5, 5), touch("up", 5, 5)];
    for (const key of ["rectangle", "ellipse", "lasso", "select"] as const)
      expect(play(key, press)).toEqual({ gesture: IDLE, outcomes: [] });
  });

  it("follow the hand with the lasso", () => {
    const drawn = edit("lasso", [touch("down", 0, 0), touch("move", 9, 0), touch("move", 9, 9), touch("up", 0, 9)]);
    expect(drawn.kind === "polygon" && drawn.points.map(({ x, y }) => [x, y])).toEqual([
      [0, 0],
      [9, 0],
      [9, 9],
      [0, 9],
    ]);
  });

  const press = (x: number, y: number) => [touch("down", x, y), touch("up", x, y)];
  const corners = [...press(10, 10), ...press(60, 10), ...press(60, 60)];

  it("close a polygon by a press on its first corner", () => {
    expect(edit("polygon", [...corners, touch("down", 13, 12)])).toMatchObject({
      points: [{ x: 10 }, { x: 60 }, { y: 60 }],
    });
  });

  it("close a polygon by Enter, and drop one with too few corners", () => {
    expect(edit("polygon", [...corners, { kind: "finish" }])).toMatchObject({ kind: "polygon" });
    expect(play("polygon", [...press(1, 1), { kind: "finish" }])).toEqual({ gesture: IDLE, outcomes: [] });
  });
});

describe("tools that point", () => {
  it("fill by the colour of the pixel under the pointer, and nowhere else", () => {
    expect(edit("fill", [touch("down", 10.9, 20.2)])).toEqual({
      kind: "flood",
      mode: "paint",
      at: imagePoint(10, 20),
      tolerance: FIRST_OPTIONS.tolerance,
      contiguous: true,
    });
    expect(play("fill", [touch("down", -1, 5)]).outcomes).toEqual([]);
  });

  it("ask for the object in the part of a box that lies on the picture", () => {
    expect(play("select", [touch("down", -20, 10), touch("up", 50, 300)]).outcomes).toEqual([
      { kind: "select object", box: box(0, 10, 50, 100), mode: "paint" },
    ]);
  });

  it("pick colours as long as the eye-dropper is held over the picture", () => {
    const { outcomes } = play("dropper", [
      touch("down", 1, 1),
      touch("move", -5, 1),
      touch("move", 7, 1),
      touch("up", 9, 1),
    ]);
    expect(outcomes).toEqual([1, 7].map((x) => ({ kind: "pick colour", at: imagePoint(x, 1) })));
  });

  it("pan by what the pointer moved on the screen", () => {
    expect(play("pan", DRAG).outcomes).toEqual([{ kind: "pan", x: 20, y: 20 }]);
  });
});
