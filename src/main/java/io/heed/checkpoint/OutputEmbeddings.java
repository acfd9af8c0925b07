package io.heed.checkpoint;

/** Which table the map from hidden states to token ids is. */
public enum OutputEmbeddings {
  /** The one of the input, unless the checkpoint has its own. */
  TIED,
  /** One of its own, which the checkpoint has to have. */
  SEPARATE
}
