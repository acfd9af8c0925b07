package io.heed.checkpoint;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What the sentence-transformers files of a checkpoint say about making an embedding; empty where
 * they say nothing.
 *
 * @param pooling from {@code 1_Pooling/config.json}
 * @param modules what turns a pooled vector into another, one after the other, but for a last
 *     normalisation
 * @param normalize whether {@code modules.json} lists a Normalize module; empty without that file
 * @param maxSeqLength {@code max_seq_length} of {@code sentence_bert_config.json}, or of the file
 *     by one of its older names, special tokens included
 * @param lowerCase {@code do_lower_case} of the same file: texts are lower-cased before the
 *     tokenizer sees them
 * @param prompts texts to put before each text, by name, from {@code
 *     config_sentence_transformers.json}
 * @param defaultPromptName the prompt used when none is asked for, a key of {@code prompts}
 */
public record SentenceTransformers(
    Optional<PoolingMode> pooling,
    List<VectorModule> modules,
    Optional<Boolean> normalize,
    Optional<TokenLimit> maxSeqLength,
    boolean lowerCase,
    Map<String, String> prompts,
    Optional<String> defaultPromptName) {

  /** Copies the prompts and checks that the default is one of them. */
  public SentenceTransformers {
    Objects.requireNonNull(pooling, "pooling");
    modules = List.copyOf(modules);
    Objects.requireNonNull(normalize, "normalize");
    Objects.requireNonNull(maxSeqLength, "maxSeqLength");
    prompts = Map.copyOf(prompts);
    if (defaultPromptName.isPresent() && !prompts.containsKey(defaultPromptName.get())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the default prompt '%s' is not one of %s",
              defaultPromptName.get(),
              prompts.keySet()));
    }
  }
}
