package io.heed.model;

/** What a checkpoint is asked for behind its hidden states. */
public enum ModelHead {
  /** The modules of sentence-transformers behind the pooling, of which there may be none. */
  VECTORS,
  /** The logits of classes of whole sequences. */
  SEQUENCE_CLASSES
}
