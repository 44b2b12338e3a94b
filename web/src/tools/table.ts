/** The tools, in the order of the rail. A new one is a file and a row. */

import { brush } from "./brush";
import { crop } from "./crop";
import { dropper } from "./dropper";
import { ellipse } from "./ellipse";
import { eraser } from "./eraser";
import { fill } from "./fill";
import { frame } from "./frame";
import { lasso } from "./lasso";
import { pan } from "./pan";
import { polygon } from "./polygon";
import { rectangle } from "./rectangle";
import { select } from "./select";
import { sketch } from "./sketch";
import type { Tool, ToolKey } from "./tool";

export const TOOLS: Readonly<Record<ToolKey, Tool>> = {
  pan,
  brush,
  eraser,
  lasso,
  polygon,
  rectangle,
  ellipse,
  fill,
  select,
  sketch,
  dropper,
  frame,
  crop,
};
