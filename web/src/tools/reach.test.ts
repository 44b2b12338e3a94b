import { describe, expect, it } from "vitest";

import { NO_SIDES, box } from "../boxes";
import { toScreen, viewport } from "../viewport";
import { type ImagePoint, type PointerInput, imagePoint } from "../words";
import { type KeyPointer, type KeyPress, arrowStep, boxInputs, steered } from "./keyboard";
import { shown } from "./drafts";
import { FIRST_OPTIONS, FIRST_SIZE, RANGES, measured, resizedBrush, softened, suited } from "./options";
import { TOOLS } from "./table";
import { SCENE, edit, play, touch } from "./testing";
import { IDLE, type ToolKey } from "./tool";

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

describe("what is being made", () => {
  const scene = { ...SCENE, crop: box(40, 20, 100, 80) };
  const half = (key: ToolKey) =>
    shown(play(key, [touch("down", 100, 50), touch("move", 140, 70)], scene).gesture, scene);

  it("is shown by the outline it will have", () => {
    expect(half("rectangle").outline).toMatchObject({
      closed: true,
      points: [{ x: 100 }, { x: 140 }, { y: 70 }, { x: 100 }],
    });
    expect(half("ellipse").outline?.points.length).toBeGreaterThan(20);
    expect(half("select").outline?.points).toEqual(half("rectangle").outline?.points);
    expect(half("lasso").outline).toMatchObject({ closed: false, points: [{ x: 100 }, { x: 140 }, { x: 140 }] });
  });

  it("is shown by the crop or the frame where they are dragged to", () => {
    expect(half("crop").crop).toEqual(box(40, 20, 140, 80));
    const dragged = play("frame", [touch("down", 200, 50), touch("move", 233, 50)]).gesture;
    expect(shown(dragged, SCENE).frame).toEqual({ picture: SCENE.picture, extend: { ...NO_SIDES, right: 32 } });
  });

  it("has no lines while a stroke is painted or nothing is done", () => {
    const none = { outline: null, frame: null, crop: null };
    expect(half("brush")).toEqual(none);
    expect(shown(IDLE, SCENE)).toEqual(none);
  });
});

describe("options", () => {
  it("stay within their limits", () => {
    expect(measured(FIRST_OPTIONS, "diameter", 1e9).diameter).toBe(RANGES.diameter.most);
    expect(measured(FIRST_OPTIONS, "softness", -1).softness).toBe(0);
    expect(suited(FIRST_OPTIONS, FIRST_SIZE, { width: 96, height: 128 }).diameter).toBe(16);
    expect(suited(FIRST_OPTIONS, FIRST_SIZE, { width: 8000, height: 6000 }).diameter).toBe(1000);
  });

  it("change by a tenth and come back", () => {
    const set = { ...FIRST_OPTIONS, diameter: 100 };
    expect(resizedBrush(set, 1).diameter).toBe(110);
    expect(resizedBrush({ ...set, diameter: 1 }, -1).diameter).toBe(1);
    expect(softened(softened(set, 1), -1).softness).toBe(set.softness);
  });
});
