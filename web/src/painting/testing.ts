/** A canvas for tests: keeps the bytes that are put on it, and a list of what is drawn. */

import type { Box, Size } from "../words";
import type { Canvases } from "../painting";
import type { Material } from "./material";
import type { Theme } from "./theme";
import type { Bytes } from "./tint";

export interface Call {
  readonly name: string;
  readonly values: readonly unknown[];
}

export interface FakeCanvas {
  readonly context: CanvasRenderingContext2D;
  readonly calls: Call[];
  readonly rgba: Uint8ClampedArray;
}

export function fakeCanvas({ width, height }: Size): FakeCanvas {
  const calls: Call[] = [];
  const rgba = new Uint8ClampedArray(width * height * 4);
  const put = ({ size, rgba: bytes }: Bytes, left: number, top: number) => {
    for (let y = 0; y < size.height; y++)
      rgba.set(bytes.subarray(y * size.width * 4, (y + 1) * size.width * 4), ((top + y) * width + left) * 4);
  };
  const canvas = {};
  const scroll = (x: number, y: number) => {
    const before = rgba.slice();
    rgba.fill(0);
    for (let row = Math.max(0, y); row < Math.min(height, height + y); row++) {
      const from = ((row - y) * width + Math.max(0, -x)) * 4;
      const length = (width - Math.abs(x)) * 4;
      if (length > 0) rgba.set(before.subarray(from, from + length), (row * width + Math.max(0, x)) * 4);
    }
  };
  const context = new Proxy({ canvas } as Record<string, unknown>, {
    get: (fields, name: string) =>
      name in fields
        ? fields[name]
        : (...values: unknown[]) => {
            calls.push({ name, values });
            if (name === "putImageData" && values.length === 3) put(...(values as [Bytes, number, number]));
            if (name === "drawImage" && values[0] === canvas) scroll(values[1] as number, values[2] as number);
            return { width: 80 };
          },
    set: (fields, name: string, value) => {
      fields[name] = value;
      calls.push({ name, values: [value] });
      return true;
    },
  }) as unknown as CanvasRenderingContext2D;
  return { context, calls, rgba };
}

export function fakeCanvases(size: Size): {
  readonly canvases: Canvases;
  readonly fakes: Record<keyof Canvases, FakeCanvas>;
} {
  const fakes = { picture: fakeCanvas(size), mask: fakeCanvas(size), overlay: fakeCanvas(size) };
  const { picture, mask, overlay } = fakes;
  return { canvases: { picture: picture.context, mask: mask.context, overlay: overlay.context }, fakes };
}

/** Images are bytes, and a sheet's image is its list of calls. */
export const MATERIAL: Material = {
  sheet: (size) => {
    const { context, calls } = fakeCanvas(size);
    return { image: calls as unknown as CanvasImageSource, context };
  },
  imageData: (bytes) => bytes as unknown as ImageData,
};

export const THEME: Theme = {
  ground: "#222",
  chequer: ["#aaa", "#ccc"],
  beyond: "#333",
  line: "#fff",
  shadow: "#000",
  handle: "#fff",
  label: { text: "#000", ground: "#fff" },
  font: "12px sans-serif",
  mask: { tint: [220, 140, 40], inside: [255, 255, 255], outside: [0, 0, 0] },
};

export const areaOf = (boxes: readonly Box[]): number =>
  boxes.reduce((sum, { left, top, right, bottom }) => sum + (right - left) * (bottom - top), 0);
