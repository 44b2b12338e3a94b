/** Mask values packed as runs: a painted mask of millions of pixels becomes a few kilobytes. */

/** Each run is length · 256 + value. */
const LONGEST = 2 ** 24 - 1;

export function packed(values: Uint8Array): Uint32Array {
  const runs: number[] = [];
  for (let start = 0; start < values.length;) {
    const value = values[start]!;
    let end = start + 1;
    while (end < values.length && values[end] === value && end - start < LONGEST) end++;
    runs.push((end - start) * 256 + value);
    start = end;
  }
  return Uint32Array.from(runs);
}

export function unpacked(runs: Uint32Array): Uint8Array {
  const values = new Uint8Array(runs.reduce((length, run) => length + (run >>> 8), 0));
  let at = 0;
  for (const run of runs) {
    values.fill(run & 255, at, at + (run >>> 8));
    at += run >>> 8;
  }
  return values;
}
