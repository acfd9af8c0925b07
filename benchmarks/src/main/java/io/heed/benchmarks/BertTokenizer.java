package io.heed.benchmarks;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/** Hugging Face's tokenizers with the model's tokenizer.json, by DJL's wrapper. */
final class BertTokenizer implements AutoCloseable {
  /** What sentence-transformers and Heed read in the model's files. */
  static final int MAX_TOKENS = 256;

  private static final String RESOURCE = "/all-minilm-l6-v2-tokenizer.json";

  private final HuggingFaceTokenizer tokenizer;

  BertTokenizer() throws IOException {
    try (InputStream json = BertTokenizer.class.getResourceAsStream(RESOURCE)) {
      tokenizer =
          HuggingFaceTokenizer.newInstance(
              json,
              Map.of(
                  "padding", "false",
                  "truncation", "true",
                  "maxLength", String.valueOf(MAX_TOKENS)));
    }
  }

  /** The ids of a text, those of [CLS] and [SEP] included. */
  long[] ids(String text) {
    return tokenizer.encode(text).getIds();
  }

  long[][] ids(List<String> texts) {
    return texts.stream().map(this::ids).toArray(long[][]::new);
  }

  long count(List<String> texts) {
    return texts.stream().mapToLong(text -> ids(text).length).sum();
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
