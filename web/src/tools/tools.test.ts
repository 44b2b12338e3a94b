import { describe, expect, it } from "vitest";

import { NO_SIDES, box } from "../boxes";
import { toScreen, viewport } from "../viewport";
import {
  type ImagePoint,
  type MaskEdit,
  type Modifiers,
  type PointerInput,
  NO_MODIFIERS,
  imagePoint,
  screenPoint,
} from "../words";
import { arrowStep, boxInputs, steered, type KeyPointer, type KeyPress } from "./keyboard";
import { FIRST_OPTIONS, RANGES, measured, resizedBrush, softened } from "./options";
import { TOOLS } from "./table";
import { type Gesture, type Outcome, type Scene, IDLE, type ToolKey } from "./tool";

const SCENE: Scene = {
  options: FIRST_OPTIONS,
  picture: { width: 200, height: 100 },
  scale: 1,
  extend: NO_SIDES,
  crop: null,
};

const touch = (kind: "down" | "move" | "up", x: number, y: number, more: Partial<Modifiers> = {}): PointerInput => ({
  kind,
  at: imagePoint(x, y),
  screen: screenPoint(x, y),
  pressure: 1,
  modifiers: { ...NO_MODIFIERS, ...more },
});

/** Feeds a script to a tool: its last state, and all that it finished. */
function play(key: ToolKey, inputs: readonly PointerInput[], scene = SCENE, from = IDLE) {
  let gesture: Gesture = from;
  const outcomes: Outcome[] = [];
  for (const input of inputs) {
    const step = TOOLS[key].step(gesture, input, scene);
    gesture = step.gesture;
    if (step.outcome) outcomes.push(step.outcome);
  }
  return { gesture, outcomes };
}

const edit = (key: ToolKey, inputs: readonly PointerInput[], scene = SCENE): MaskEdit => {
  const [outcome] = play(key, inputs, scene).outcomes;
  if (outcome?.kind !== "edit") throw new Error(`${key} made no edit`);
  return outcome.edit;
};

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

  it("are each other with Alt held", () => {
    const alt = [touch("down", 1, 1, { alt: true }), touch("up", 9, 1)];
    expect(edit("brush", alt)).toMatchObject({ mode: "erase" });
    expect(edit("eraser", alt)).toMatchObject({ mode: "paint" });
  });

  it("go on from the last stroke in a straight line with Shift held", () => {
    const first = play("brush", DRAG).gesture;
    const shifted = [touch("down", 90, 90, { shift: true }), touch("up", 90, 90)];
    const [outcome] = play("brush", shifted, SCENE, first).outcomes;
    expect(outcome).toMatchObject({ edit: { points: [{ x: 60, y: 50 }, { x: 90, y: 90 }] } });
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
    expect(edit("polygon", [...corners, touch("down", 13, 12)])).toMatchObject({ points: [{ x: 10 }, { x: 60 }, { y: 60 }] });
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
    const { outcomes } = play("dropper", [touch("down", 1, 1), touch("move", -5, 1), touch("move", 7, 1), touch("up", 9, 1)]);
    expect(outcomes).toEqual([1, 7].map((x) => ({ kind: "pick colour", at: imagePoint(x, 1) })));
  });

  it("pan by what the pointer moved on the screen", () => {
    expect(play("pan", DRAG).outcomes).toEqual([{ kind: "pan", x: 20, y: 20 }]);
  });
});

describe("frame and crop", () => {
  it("drag the picture's border outwards in steps of eight", () => {
    const right = [touch("down", 200, 50), touch("move", 230, 50), touch("up", 263, 50)];
    expect(play("frame", right).outcomes).toEqual([{ kind: "extend", sides: { ...NO_SIDES, right: 64 } }]);
    const corner = [touch("down", 0, 0), touch("up", -17, -30)];
    expect(play("frame", corner).outcomes).toEqual([{ kind: "extend", sides: { ...NO_SIDES, left: 16, top: 32 } }]);
  });

  it("never drag the border into the picture, nor further than the engine grows it", () => {
    expect(play("frame", [touch("down", 200, 50), touch("up", 100, 50)]).outcomes).toEqual([
      { kind: "extend", sides: NO_SIDES },
    ]);
    expect(play("frame", [touch("down", 200, 50), touch("up", 9e4, 50)]).outcomes).toMatchObject([
      { sides: { right: 4096 } },
    ]);
  });

  it("go on from where the border was dragged before", () => {
    const scene = { ...SCENE, extend: { ...NO_SIDES, right: 64 } };
    expect(play("frame", [touch("down", 264, 50), touch("up", 280, 50)], scene).outcomes).toMatchObject([
      { sides: { right: 80 } },
    ]);
  });

  const scene = { ...SCENE, crop: box(40, 20, 100, 80) };

  it("move the crop as a whole, and keep it on the picture", () => {
    expect(play("crop", [touch("down", 70, 50), touch("up", 75, 45)], scene).outcomes).toEqual([
      { kind: "crop", box: box(45, 15, 105, 75) },
    ]);
    expect(play("crop", [touch("down", 70, 50), touch("up", 900, -900)], scene).outcomes).toEqual([
      { kind: "crop", box: box(140, 0, 200, 60) },
    ]);
  });

  it("drag one side or corner of the crop, up to the picture's edge", () => {
    expect(play("crop", [touch("down", 100, 50), touch("up", 500, 50)], scene).outcomes).toEqual([
      { kind: "crop", box: box(40, 20, 200, 80) },
    ]);
    expect(play("crop", [touch("down", 40, 20), touch("up", 30, 10)], scene).outcomes).toEqual([
      { kind: "crop", box: box(30, 10, 100, 80) },
    ]);
  });

  it("show by the cursor what would be dragged", () => {
    expect(TOOLS.crop.cursor(imagePoint(100, 50), scene)).toBe("ew-resize");
    expect(TOOLS.crop.cursor(imagePoint(70, 50), scene)).toBe("move");
    expect(TOOLS.frame.cursor(imagePoint(200, 100), scene)).toBe("nwse-resize");
    expect(TOOLS.frame.cursor(imagePoint(100, 50), scene)).toBe("default");
  });
});

describe("without a mouse", () => {
  const view = { ...viewport({ width: 400, height: 300 }), scale: 2, x: 7, y: 9 };
  const arrow = (x: -1 | 0 | 1, y: -1 | 0 | 1, far = false): KeyPress => ({ kind: "arrow", x, y, far });

  function typed(keys: readonly KeyPress[]): { at: ImagePoint; inputs: PointerInput[] } {
    let pointer: KeyPointer = { at: imagePoint(100, 50), down: false };
    const inputs: PointerInput[] = [];
    for (const key of keys) {
      const next = steered(pointer, key, 10, SCENE.picture, view);
      pointer = next.pointer;
      inputs.push(next.input);
    }
    return { at: pointer.at, inputs };
  }

  it("arrows move the brush and Space paints with it", () => {
    const { inputs } = typed([arrow(1, 0), { kind: "press" }, { kind: "press" }, arrow(0, 1), { kind: "release" }]);
    expect(edit("brush", inputs)).toMatchObject({ points: [imagePoint(110, 50), imagePoint(110, 60)] });
  });

  it("the brush stays on the picture, and Shift takes it further", () => {
    expect(typed([arrow(-1, 0, true), arrow(-1, 0, true)]).at).toEqual(imagePoint(0, 50));
    expect(typed([arrow(0, 1, true)]).at).toEqual(imagePoint(100, 100));
    expect(typed([arrow(1, 0, true)]).at).toEqual(imagePoint(180, 50));
  });

  it("tools learn where that is on the screen", () => {
    const [input] = typed([arrow(1, 0)]).inputs;
    expect(input).toMatchObject({ screen: toScreen(view, imagePoint(110, 50)) });
  });

  it("numbers make the same shapes as a drag", () => {
    expect(edit("ellipse", boxInputs(box(10, 20, 61, 51), view))).toEqual({
      kind: "ellipse",
      mode: "paint",
      box: box(10, 20, 61, 51),
    });
  });

  it("one arrow is a quarter of the brush, a pixel at least", () => {
    expect([1, 4, 48].map(arrowStep)).toEqual([1, 1, 12]);
  });
});

describe("options", () => {
  it("stay within their limits", () => {
    expect(measured(FIRST_OPTIONS, "diameter", 1e9).diameter).toBe(RANGES.diameter.most);
    expect(measured(FIRST_OPTIONS, "softness", -1).softness).toBe(0);
  });

  it("change by a tenth and come back", () => {
    const set = { ...FIRST_OPTIONS, diameter: 100 };
    expect(resizedBrush(set, 1).diameter).toBe(110);
    expect(resizedBrush({ ...set, diameter: 1 }, -1).diameter).toBe(1);
    expect(softened(softened(set, 1), -1).softness).toBe(set.softness);
  });
});
