/** Which of both prompts was written in last: what is clicked goes there. */

export type PromptField = "prompt" | "negative_prompt";

export const prompting = $state<{ field: PromptField }>({ field: "prompt" });
