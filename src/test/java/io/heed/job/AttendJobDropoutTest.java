package io.heed.job;

import static io.heed.job.AttendSandbox.and;
import static io.heed.job.AttendSandbox.bits;
import static io.heed.job.AttendSandbox.elements;
import static io.heed.job.AttendSandbox.sample;
import static io.heed.job.AttendSandbox.vectors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jobs/attend --dropout}: which values are dropped, and that they are the same wherever. */
class AttendJobDropoutTest {
  @TempDir Path directory;

  private AttendSandbox sandbox() {
    return new AttendSandbox(directory);
  }

  private static List<String> lines(Random random, int rows) {
    List<String> lines = new ArrayList<>();
    for (int id = 0; id < rows; id++) {
      int[] tokens = random.ints(1 + random.nextInt(30), 0, 100).toArray();
      lines.add(
          String.format(Locale.ROOT, "{\"id\": %d, \"tokens\": %s}", id, Arrays.toString(tokens)));
    }
    return lines;
  }

  /** Wherever it is computed, in whatever batch, partition and order, by both kernels. */
  @Test
  void dropoutDrawsAlikeWhereverARowIsComputed() throws IOException {
    List<String> lines = lines(new Random(5), 60);
    Path input = sandbox().write("in.jsonl", lines);
    String[] options = sample("--dropout", "0.2", "--seed", "11", "--with-weights");
    List<Row> expected = sandbox().rows(input, options);
    assertThat(expected).hasSize(60);
    for (String[] other :
        new String[][] {
          {"--partitions", "7"}, {"--batch-tokens", "1"}, {"--kernel", "reference"}
        }) {
      assertThat(sandbox().rows(input, and(options, other))).isEqualTo(expected);
    }
    Collections.shuffle(lines, new Random(1));
    assertThat(sandbox().rows(sandbox().write("shuffled.jsonl", lines), options))
        .isEqualTo(expected);
    List<String> few = lines.subList(0, 7);
    assertThat(expected).containsAll(sandbox().rows(sandbox().write("few.jsonl", few), options));
  }

  @Test
  void dropoutDropsValuesAndWeightsByTheSeedAndTheId() throws IOException {
    String tokens = Arrays.toString(new Random(3).ints(40, 0, 100).toArray());
    Path input =
        sandbox()
            .write(
                "in.jsonl",
                List.of(
                    "{\"id\": 1, \"tokens\": %s}".formatted(tokens),
                    "{\"id\": 2, \"tokens\": %s}".formatted(tokens)));
    List<Row> kept = sandbox().rows(input, sample("--with-weights"));
    List<Row> dropped =
        sandbox().rows(input, sample("--with-weights", "--dropout", "0.2", "--seed", "1"));
    assertThat(sandbox().rows(input, sample("--with-weights", "--dropout", "0"))).isEqualTo(kept);
    assertThat(vectors(kept.get(0))).isDeepEqualTo(vectors(kept.get(1)));
    assertThat(bits(dropped.get(0))).isNotEqualTo(bits(dropped.get(1)));
    List<Row> other =
        sandbox().rows(input, sample("--with-weights", "--dropout", "0.2", "--seed", "2"));
    assertThat(bits(other.get(0))).isNotEqualTo(bits(dropped.get(0)));
    int zeros = 0;
    int all = 0;
    for (Object head : dropped.get(0).getList(dropped.get(0).fieldIndex("attention"))) {
      for (float[] weights : vectors(elements(head))) {
        for (float weight : weights) {
          zeros += weight == 0 ? 1 : 0;
          all++;
        }
      }
    }
    assertThat((double) zeros / all).isCloseTo(0.2, within(0.02));
  }

  /** With one token its weight is 1, dropped or scaled up, so that the input shows. */
  @Test
  void theInputLayerDropsItsOwnValues() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int id = 0; id < 200; id++) {
      lines.add(String.format(Locale.ROOT, "{\"id\": %d, \"tokens\": [5]}", id));
    }
    Path input = sandbox().write("in.jsonl", lines);
    String[] options =
        Arrays.copyOf(sample(), 4); // without maps, what passes is the input times the weight
    float[] whole = vectors(sandbox().rows(input, options).get(0))[0];
    int zeros = 0;
    int rowsKept = 0;
    for (Row row : sandbox().rows(input, and(options, "--dropout", "0.5", "--with-weights"))) {
      float weight = vectors(elements(row.getList(row.fieldIndex("attention")).get(0)))[0][0];
      float[] context = vectors(row)[0];
      assertThat(weight == 0 ? 2 : weight).isCloseTo(2, within(1e-6f));
      if (weight > 0) {
        rowsKept++;
        for (int i = 0; i < whole.length; i++) {
          zeros += context[i] == 0 ? 1 : 0;
          assertThat(context[i] == 0 ? 4 * whole[i] : context[i])
              .isCloseTo(4 * whole[i], within(1e-5f));
        }
      } else {
        assertThat(context).containsOnly(0);
      }
    }
    assertThat(rowsKept).isBetween(70, 130);
    assertThat((double) zeros / rowsKept / whole.length).isCloseTo(0.5, within(0.03));
  }
}
