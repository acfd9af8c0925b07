package io.heed.corpus;

/** Which of a corpus's two streams a document belongs to. */
public enum Stream {
  /** Read in blocks, to train on. */
  TRAINING("train"),

  /** Read document by document, to evaluate on. */
  HELD_OUT("held-out");

  private final String label;

  Stream(String label) {
    this.label = label;
  }

  /** What its files are named by. */
  public String label() {
    return label;
  }
}
