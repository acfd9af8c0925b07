package io.heed.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The files that sentence-transformers adds to a BERT checkpoint.
 *
 * @param pooling how {@code 1_Pooling/config.json} names the pooling
 * @param modules which modules follow the encoder
 * @param maxSeqLength {@code max_seq_length} of {@code sentence_bert_config.json}
 * @param prompts name → text that is put before a sentence
 */
public record SentenceTransformersFixture(
    PoolingConfig pooling, Modules modules, int maxSeqLength, Map<String, String> prompts) {

  /** What {@code 1_Pooling/config.json} says. */
  public enum PoolingConfig {
    MEAN,
    CLS,
    MAX,
    LAST,
    /** {@link #MEAN} as newer releases write it, by one name. */
    MEAN_BY_NAME,
    /** {@link #CLS} as newer releases write it, by one name. */
    CLS_BY_NAME;

    private String json(int width) {
      return switch (this) {
        case MEAN_BY_NAME -> POOLING_BY_NAME.formatted(width, "mean");
        case CLS_BY_NAME -> POOLING_BY_NAME.formatted(width, "cls");
        case MEAN, CLS, MAX, LAST ->
            POOLING_BY_FLAGS.formatted(width, this == CLS, this == MEAN, this == MAX, this == LAST);
      };
    }
  }

  /** Which modules follow the encoder. */
  public enum Modules {
    POOLING,
    POOLING_AND_NORMALIZE
  }

  private static final String POOLING_BY_FLAGS =
      """
      {
        "word_embedding_dimension": %s,
        "pooling_mode_cls_token": %b,
        "pooling_mode_mean_tokens": %b,
        "pooling_mode_max_tokens": %b,
        "pooling_mode_mean_sqrt_len_tokens": false,
        "pooling_mode_weightedmean_tokens": false,
        "pooling_mode_lasttoken": %b,
        "include_prompt": true
      }
      """;

  private static final String POOLING_BY_NAME =
      """
      {
        "word_embedding_dimension": %s,
        "pooling_mode": "%s",
        "include_prompt": true
      }
      """;

  private static final String MODULES =
      """
      [
        {
          "idx": 0,
          "name": "0",
          "path": "",
          "type": "sentence_transformers.models.Transformer"
        },
        {
          "idx": 1,
          "name": "1",
          "path": "1_Pooling",
          "type": "sentence_transformers.models.Pooling"
        }%s
      ]
      """;

  private static final String NORMALIZE_MODULE =
      """
      ,
        {
          "idx": 2,
          "name": "2",
          "path": "2_Normalize",
          "type": "sentence_transformers.models.Normalize"
        }\
      """;

  private static final String SENTENCE_BERT_CONFIG =
      """
      {
        "max_seq_length": %s,
        "do_lower_case": false
      }
      """;

  private static final String CONFIG =
      """
      {
        "prompts": %s,
        "default_prompt_name": null,
        "similarity_fn_name": "cosine"
      }
      """;

  /** Keeps the prompts as they are given. */
  public SentenceTransformersFixture {
    prompts = Map.copyOf(prompts);
  }

  /** Writes the files beside a checkpoint of the given width; there is no default prompt. */
  public void write(Path directory, int hiddenSize) throws IOException {
    Path poolingDirectory = Files.createDirectories(directory.resolve("1_Pooling"));
    Files.writeString(poolingDirectory.resolve("config.json"), pooling.json(hiddenSize));
    String normalize = "";
    if (modules == Modules.POOLING_AND_NORMALIZE) {
      // The published ones are empty directories, which git does not keep.
      Files.createDirectories(directory.resolve("2_Normalize"));
      Files.writeString(directory.resolve("2_Normalize/config.json"), "{}\n");
      normalize = NORMALIZE_MODULE;
    }
    Files.writeString(directory.resolve("modules.json"), MODULES.formatted(normalize));
    Files.writeString(
        directory.resolve("sentence_bert_config.json"),
        SENTENCE_BERT_CONFIG.formatted(maxSeqLength));
    Files.writeString(
        directory.resolve("config_sentence_transformers.json"),
        CONFIG.formatted(Json.compact(new TreeMap<>(prompts))));
  }
}
