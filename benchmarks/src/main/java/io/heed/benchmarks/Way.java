package io.heed.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The ways to embed texts, in the order of the table. */
enum Way {
  HEED("heed-1", Part.BEYOND_THE_SMALLER, "Heed, large table"),
  HEED_WITH_START("heed-1", Part.LARGEST, "Heed, %s texts and start-up"),
  HEED_TWO_CORES("heed-2", Part.BEYOND_THE_SMALLER, "Heed, large table" + Way.ON_TWO_CORES),
  HEED_TWO_CORES_WITH_START(
      "heed-2", Part.LARGEST, "Heed, %s texts and start-up" + Way.ON_TWO_CORES),
  ONNX_SORTED_8("onnx-sorted-8", Part.LARGEST, "ONNX Runtime, sorted, by 8"),
  ONNX_SORTED_32("onnx-sorted-32", Part.LARGEST, "ONNX Runtime, sorted, by 32"),
  ONNX_IN_ORDER("onnx-in-order-32", Part.LARGEST, "ONNX Runtime, unsorted, by 32"),
  LANGCHAIN4J("langchain4j", Part.LARGEST, "langchain4j, one text a call"),
  SENTENCE_TRANSFORMERS("sentence-transformers", Part.LARGEST, "sentence-transformers");

  /** At the end of the names of what ran on two cores. */
  static final String ON_TWO_CORES = ", 2 cores";

  /** Which of the measurements of one round count. */
  private enum Part {
    LARGEST,
    /** The difference of the two sizes of input, in which the start-up cancels out. */
    BEYOND_THE_SMALLER
  }

  private final String measured;
  private final Part part;
  private final String label;

  Way(String measured, Part part, String label) {
    this.measured = measured;
    this.part = part;
    this.label = label;
  }

  /** For people, with how many texts there were where that matters. */
  String label(List<Measurement> rounds) {
    return String.format(
        Locale.ROOT,
        label,
        rounds.isEmpty() ? "all" : String.format(Locale.ROOT, "%,d", rounds.get(0).rows()));
  }

  /** One measurement for each round. */
  List<Measurement> rounds(List<Measurement> all) {
    List<Measurement> own =
        all.stream().filter(one -> one.name().equals(measured) && one.notRun() == null).toList();
    long largest = own.stream().mapToLong(Measurement::rows).max().orElse(0);
    List<Measurement> rounds = new ArrayList<>();
    Measurement smaller = null;
    for (Measurement one : own) {
      if (one.rows() < largest) {
        smaller = one;
      } else if (part == Part.LARGEST) {
        rounds.add(one);
      } else if (smaller != null) {
        rounds.add(one.beyond(smaller));
        smaller = null;
      }
    }
    return rounds;
  }

  /** Why there are no rounds. */
  String notRun(List<Measurement> all) {
    return all.stream()
        .filter(one -> one.name().equals(measured) && one.notRun() != null)
        .map(Measurement::notRun)
        .findFirst()
        .orElse("no measurement");
  }
}
