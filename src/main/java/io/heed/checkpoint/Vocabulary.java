package io.heed.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** The pieces of a tokenizer, and how a text comes to fall into them. */
interface Vocabulary {
  /** Pieces to ids. */
  Map<String, Integer> ids();

  /** How many ids it has, which are more than its pieces where one of these stands twice. */
  int size();

  /** Writes the normalizer, the pre-tokenizer, the decoder and the model of a document. */
  void write(ObjectNode document);
}
