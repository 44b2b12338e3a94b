/** What tabs agree on: each picture is worked on in one of them. */

/** So long a tab that is being left or loaded anew may take to let go, or one that is asked to answer, milliseconds. */
export const PATIENCE = 400;

export interface Claims {
  /**
   * Claims a picture for this tab, instead of what was claimed before. False: another tab has it.
   *
   * take  takes it from the other tab
   * lost  told when another tab takes it away
   */
  claim(picture: string, lost: () => void, take?: boolean): Promise<boolean>;

  /** Waits until the other tab lets go; `got` is told when it has. */
  await(picture: string, got: () => void, lost: () => void): void;

  release(): void;
}
