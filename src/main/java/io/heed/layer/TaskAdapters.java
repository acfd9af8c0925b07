package io.heed.layer;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Low-rank adapters (Hu et al., 2022) that stand in a checkpoint beside the weights, one for each
 * of several tasks, under the names of torch's parametrizations: instead of {@code x.weight} W
 * there are {@code x.parametrizations.weight.original} W, {@code
 * x.parametrizations.weight.0.lora_A} A {@code [tasks, r, inputs]} and {@code
 * x.parametrizations.weight.0.lora_B} B {@code [tasks, outputs, r]}. The weights of task t are
 * {@code W + scale · B[t] · A[t]}. A table of embeddings has A {@code [tasks, rows, r]} and B
 * {@code [tasks, r, columns]}, and {@code W + scale · A[t] · B[t]} (Sturua et al., 2024, {@code
 * modeling_lora.py}).
 *
 * @param tasks how many there are
 * @param rank r
 * @param scale of what is added
 * @param task the one whose weights are meant, counted from 0; where there is none, W is
 * @param tables tells of the name of weights whether they are embeddings
 */
public record TaskAdapters(
    int tasks, int rank, float scale, Optional<Integer> task, Predicate<String> tables) {
  private static final String WEIGHT = "weight";

  /**
   * Checks that there is such a task.
   *
   * @throws IllegalArgumentException when there is not
   */
  public TaskAdapters {
    int count = tasks;
    task.filter(chosen -> chosen < 0 || chosen >= count)
        .ifPresent(
            chosen -> {
              throw new IllegalArgumentException(
                  String.format(Locale.ROOT, "task %d is none of %d", chosen, count));
            });
  }

  /** The same, the weights being those of a task. */
  public TaskAdapters of(int chosen) {
    return new TaskAdapters(tasks, rank, scale, Optional.of(chosen), tables);
  }

  /** Where W of weights stands, if a tensor of this name can have adapters. */
  static Optional<String> original(String name) {
    return name.endsWith("." + WEIGHT) ? Optional.of(beside(name, "original")) : Optional.empty();
  }

  /** The left factor of what is added to weights. */
  Factor left(String name, int rows) {
    return tables.test(name)
        ? new Factor(beside(name, "0.lora_A"), rows, rank)
        : new Factor(beside(name, "0.lora_B"), rows, rank);
  }

  /** The right factor of what is added to weights. */
  Factor right(String name, int columns) {
    return tables.test(name)
        ? new Factor(beside(name, "0.lora_B"), rank, columns)
        : new Factor(beside(name, "0.lora_A"), rank, columns);
  }

  private static String beside(String name, String part) {
    String path = name.substring(0, name.length() - WEIGHT.length());
    return path + "parametrizations.weight." + part;
  }

  /**
   * A tensor {@code [tasks, rows, columns]}.
   *
   * @param name in the file
   */
  record Factor(String name, int rows, int columns) {}
}
