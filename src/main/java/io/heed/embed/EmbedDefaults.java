package io.heed.embed;

import io.heed.architecture.ModelCheckpoint;
import io.heed.checkpoint.ConfigFile;
import io.heed.checkpoint.SentenceTransformers;
import io.heed.checkpoint.StaticTable;
import io.heed.checkpoint.TokenPooling;
import io.heed.layer.Pooling;
import io.heed.settings.Effective;
import java.util.List;
import java.util.Optional;

/** How the files of a checkpoint say that vectors are made of tokens, each with its file. */
record EmbedDefaults(SentenceTransformers own, Optional<StaticTable> table) {

  static EmbedDefaults of(ModelCheckpoint checkpoint) {
    return new EmbedDefaults(
        checkpoint.files().sentenceTransformers(), checkpoint.files().staticTable());
  }

  /** The poolings whose results stand side by side. */
  Optional<Effective<List<Pooling>>> pooling() {
    return own.pooling()
        .map(
            pooling ->
                new Effective<>(
                    pooling.modes().stream().map(Pooling::of).toList(), pooling.origin()));
  }

  /** Whether the tokens of a prompt are pooled. */
  boolean poolsPrompt() {
    return own.pooling().map(TokenPooling::withPrompt).orElse(true);
  }

  /**
   * The first values of a vector that are kept.
   *
   * @param width values of a vector
   */
  Optional<Effective<Integer>> dimensions(int width) {
    return own.dimensions()
        .filter(first -> first < width)
        .map(first -> new Effective<>(first, SentenceTransformers.FILE));
  }

  /**
   * Whether vectors are normalised.
   *
   * @param kept values of each that are kept, and who says so; empty where all are
   */
  Optional<Effective<Boolean>> normalize(Optional<Effective<Integer>> kept) {
    return kept.map(some -> new Effective<>(true, some.origin()))
        .or(
            () ->
                table
                    .flatMap(StaticTable::rules)
                    .map(rules -> new Effective<>(rules.normalize(), ConfigFile.NAME)))
        .or(() -> own.normalize().map(value -> new Effective<>(value, "modules.json")));
  }

  /**
   * The prompt that is put before texts where none is asked for.
   *
   * @param task what the texts are for, with the place where that is said
   */
  Optional<Effective<String>> promptName(Optional<Effective<String>> task) {
    return task.isPresent()
        ? own.promptName(task.get().value()).map(name -> new Effective<>(name, task.get().origin()))
        : own.defaultPromptName().map(name -> new Effective<>(name, SentenceTransformers.FILE));
  }

  /** The text of that prompt. */
  String prompt(Optional<String> task) {
    return promptName(task.map(name -> new Effective<>(name, "task")))
        .map(name -> own.prompts().get(name.value()))
        .orElse("");
  }
}
