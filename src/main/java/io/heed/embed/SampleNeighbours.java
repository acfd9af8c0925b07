package io.heed.embed;

import io.heed.job.JobContext;
import io.heed.job.TableSettings;
import io.heed.output.DisplayText;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;

/**
 * What shows that the vectors of the sample mean something: cosines that sentence-transformers
 * publishes beside Heed's, and the rows that lie nearest to some.
 */
final class SampleNeighbours {
  private static final List<String> SENTENCES =
      List.of("The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium.");

  /**
   * A published cosine of two of these.
   *
   * @see <a href="https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2">where from</a>
   */
  private record Published(int one, int other, double cosine) {}

  private static final List<Published> PUBLISHED =
      List.of(
          new Published(0, 1, 0.6660), new Published(0, 2, 0.1046), new Published(1, 2, 0.1411));

  /** Rows of the sample whose neighbours are shown. */
  private static final List<String> SHOWN = List.of("s-0107", "s-0199", "s-0017");

  private static final int NEIGHBOURS = 3;
  private static final int WIDTH = 76;

  private SampleNeighbours() {}

  /** A row of the output. */
  private record Embedded(String id, String text, float[] vector) {
    static Embedded of(Row row) {
      List<Float> values = row.getList(2);
      float[] vector = new float[values.size()];
      for (int i = 0; i < vector.length; i++) {
        vector[i] = values.get(i);
      }
      return new Embedded(row.getString(0), row.getString(1), vector);
    }

    double cosine(Embedded other) {
      return SampleNeighbours.cosine(vector, other.vector);
    }
  }

  /** Prints both. */
  static void show(Path model, JobContext context) {
    PrintStream out = context.out();
    try (Embedder embedder = Embedder.open(model)) {
      List<float[]> vectors = embedder.embed(SENTENCES);
      out.println();
      out.println("cosines that sentence-transformers publishes, and Heed's:");
      for (Published pair : PUBLISHED) {
        out.printf(
            Locale.ROOT,
            "  %.4f  %.4f  %-28s  %s%n",
            pair.cosine(),
            cosine(vectors.get(pair.one()), vectors.get(pair.other())),
            SENTENCES.get(pair.one()),
            SENTENCES.get(pair.other()));
      }
    }
    List<Embedded> rows = rows(context);
    out.println();
    out.println("nearest rows, by cosine:");
    for (Embedded row : rows) {
      if (SHOWN.contains(row.id())) {
        out.println("  " + DisplayText.cut(row.text(), WIDTH));
        nearest(row, rows)
            .forEach(
                near ->
                    out.printf(
                        Locale.ROOT,
                        "    %.2f  %s%n",
                        row.cosine(near),
                        DisplayText.cut(near.text(), WIDTH - 8)));
      }
    }
  }

  /** All rows of the sample, which are few. */
  private static List<Embedded> rows(JobContext context) {
    String output = context.settings().required(TableSettings.OUTPUT);
    return context
        .spark()
        .read()
        .parquet(output)
        .select("id", "text", "embedding")
        .orderBy("id")
        .collectAsList()
        .stream()
        .map(Embedded::of)
        .toList();
  }

  private static List<Embedded> nearest(Embedded row, List<Embedded> rows) {
    List<Embedded> others = new ArrayList<>(rows);
    others.remove(row);
    others.sort(Comparator.comparingDouble((Embedded other) -> -row.cosine(other)));
    return others.subList(0, NEIGHBOURS);
  }

  /** Of vectors of length 1. */
  private static double cosine(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (double) one[i] * other[i];
    }
    return sum;
  }
}
