package io.heed.checkpoint;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The classes of a classifier, as {@code config.json} has them: {@code id2label}, else so many as
 * {@code num_labels} says and two without, by the names that transformers gives them.
 *
 * @param names by the number of the class
 * @param problem how logits are read
 */
public record ClassLabels(List<String> names, Problem problem) {
  private static final String LABELS = "id2label";
  private static final String PROBLEM = "problem_type";
  private static final int USUAL = 2;

  /** What logits are, {@code problem_type}. */
  public enum Problem {
    /** Numbers. */
    REGRESSION,
    /** One class is right. */
    SINGLE_LABEL_CLASSIFICATION,
    /** Each class is or is not. */
    MULTI_LABEL_CLASSIFICATION
  }

  /** Copies the names. */
  public ClassLabels {
    names = List.copyOf(names);
  }

  /**
   * Reads them. Where no problem is named, of several classes one is right; a single one is or is
   * not, unless the problem is a regression.
   *
   * @throws CheckpointException when the numbers of {@code id2label} are not 0, 1, 2 and so on, a
   *     name is none, or the problem is not known
   */
  public static ClassLabels read(ConfigFile config) {
    List<String> names = config.texts(LABELS).map(some -> inOrder(config, some)).orElse(null);
    if (names == null) {
      names = new ArrayList<>();
      int count = config.positiveInt("num_labels").orElse(USUAL);
      for (int number = 0; number < count; number++) {
        names.add("LABEL_" + number);
      }
    }
    return new ClassLabels(names, problem(config, names.size()));
  }

  private static List<String> inOrder(ConfigFile config, Map<String, String> labels) {
    Map<String, String> left = new HashMap<>(labels);
    List<String> names = new ArrayList<>();
    while (!left.isEmpty()) {
      String name = left.remove(Integer.toString(names.size()));
      if (name == null) {
        throw config.error(
            "%s has no label %d, but %d labels", LABELS, names.size(), labels.size());
      }
      names.add(name);
    }
    if (names.isEmpty()) {
      throw config.error("%s has no labels", LABELS);
    }
    return names;
  }

  private static Problem problem(ConfigFile config, int classes) {
    Problem named =
        config
            .string(PROBLEM)
            .map(name -> named(config, name))
            .orElse(Problem.SINGLE_LABEL_CLASSIFICATION);
    return classes == 1 && named == Problem.SINGLE_LABEL_CLASSIFICATION
        ? Problem.MULTI_LABEL_CLASSIFICATION
        : named;
  }

  private static Problem named(ConfigFile config, String name) {
    for (Problem problem : Problem.values()) {
      if (problem.name().toLowerCase(Locale.ROOT).equals(name)) {
        return problem;
      }
    }
    throw config.unsupported(
        PROBLEM, name, "regression, single_label_classification, multi_label_classification");
  }
}
