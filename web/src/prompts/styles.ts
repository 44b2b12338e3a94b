/** Styles as webui applies them: into `{prompt}` where that stands in the style, else behind the text. */

import type { StyleValue } from "../api-types";
import type { Past } from "./past";

export const applied = (prompts: Past, style: StyleValue): Past => ({
  prompt: joined(prompts.prompt, style.prompt),
  negative_prompt: joined(prompts.negative_prompt, style.negative_prompt),
});

function joined(prompt: string, text: string): string {
  if (text.includes("{prompt}")) return text.replaceAll("{prompt}", () => prompt);
  return [prompt.trim(), text.trim()].filter(Boolean).join(", ");
}
