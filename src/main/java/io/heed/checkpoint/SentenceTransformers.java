package io.heed.checkpoint;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What the sentence-transformers files of a checkpoint say about making an embedding; empty where
 * they say nothing.
 *
 * @param pooling from {@code 1_Pooling/config.json}
 * @param layerPooling what mixes the layers of a transformer before the pooling
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
 * @param dimensions {@code truncate_dim} of the same file: the first values of a vector that are
 *     kept
 * @param tasks for each of which the checkpoint has modules of their own
 */
public record SentenceTransformers(
    Optional<TokenPooling> pooling,
    Optional<LayerPooling> layerPooling,
    List<VectorModule> modules,
    Optional<Boolean> normalize,
    Optional<TokenLimit> maxSeqLength,
    boolean lowerCase,
    Map<String, String> prompts,
    Optional<String> defaultPromptName,
    Optional<Integer> dimensions,
    List<String> tasks) {
  /** Prompts and what else holds for the whole model. */
  public static final String FILE = "config_sentence_transformers.json";

  /** The task of a text that is searched for, and the task of one that is found. */
  public static final String QUERY = "query";

  public static final String DOCUMENT = "document";

  /** Prompts for the task of a document, the first that there is. */
  private static final List<String> PROMPTS_OF_DOCUMENTS = List.of(DOCUMENT, "passage", "corpus");

  /** Copies the prompts and checks that the default is one of them. */
  public SentenceTransformers {
    Objects.requireNonNull(pooling, "pooling");
    Objects.requireNonNull(layerPooling, "layerPooling");
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
    tasks = List.copyOf(tasks);
  }

  /** The folders of modules that have tensors of their own. */
  Set<String> folders() {
    Set<String> folders = new LinkedHashSet<>();
    layerPooling.ifPresent(module -> folders.add(module.path()));
    modules.forEach(module -> module.folder().ifPresent(folders::add));
    return folders;
  }

  /** The prompt of the checkpoint for a task, if it has one. */
  public Optional<String> promptName(String task) {
    List<String> names = task.equals(DOCUMENT) ? PROMPTS_OF_DOCUMENTS : List.of(task);
    // Version 6 writes an empty prompt for each of its tasks, also into models that have others.
    return names.stream().filter(name -> !prompts.getOrDefault(name, "").isEmpty()).findFirst();
  }
}
