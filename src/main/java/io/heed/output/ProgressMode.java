package io.heed.output;

/** Whether a run shows its progress on stderr. */
public enum ProgressMode {
  /** If stderr is a terminal. */
  AUTO,
  /** Always: one line that is rewritten on a terminal, a line every ten seconds elsewhere. */
  ON,
  /** Never. */
  OFF
}
