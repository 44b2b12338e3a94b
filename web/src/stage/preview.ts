/** What a job looks like so far, seen only where it will stay. */

import { sizeOf } from "../boxes";
import { insideMask } from "../painting/tint";
import { sampled } from "../pictures";
import { type Place, seenPart } from "../store/place";
import type { Box, Size } from "../words";

export interface Preview {
  readonly image: ImageBitmap;
  readonly box: Box;
}

/** Previews are small: their mask has the picture's own detail, up to so many pixels on the longer side. */
const DETAIL = 640;

function detailed(part: Box): Size {
  const { width, height } = sizeOf(part);
  const share = Math.min(1, DETAIL / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * share)), height: Math.max(1, Math.round(height * share)) };
}

/** A preview that came as an address, laid where the job paints; `work` is the size the job works at. */
export async function previewOf(address: string, place: Place, work: Size): Promise<Preview> {
  const image = await createImageBitmap(await (await fetch(address)).blob());
  const box = seenPart(place, work);
  // What the picture is grown by has no mask of ours.
  if (!place.mask || Object.values(place.sides).some(Boolean)) return { image, box };
  const { rgba, size } = insideMask(sampled(image, detailed(box)), place.mask, box);
  return { image: await createImageBitmap(new ImageData(rgba, size.width, size.height)), box };
}
