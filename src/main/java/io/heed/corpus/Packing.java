package io.heed.corpus;

/** What the tokens of a block may attend to. */
public enum Packing {
  /** Each piece of a document is a sequence of its own, as a row is when a model serves it. */
  DOCUMENTS,

  /** A block is one sequence across its documents, as GPT-2 was trained. */
  STREAM
}
