package io.heed.train;

import io.heed.corpus.CorpusFiles;
import io.heed.corpus.CorpusVocabulary;
import io.heed.corpus.CorpusWriter;
import io.heed.corpus.PartSummary;
import io.heed.corpus.Stream;
import io.heed.kernel.CounterRandom;
import io.heed.output.OutputException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Writes the tokens of rows as parts of a corpus, one of each stream for each task, in the order of
 * the input.
 *
 * @param directory of the corpus
 * @param heldOut share of the rows that are held out, by their ids
 */
record CorpusStage(
    String directory, SerializableConfiguration hadoop, CorpusVocabulary vocabulary, double heldOut)
    implements Serializable {
  /** Attempts of a partition write files of their own; only those that succeed are in a corpus. */
  private static final int ATTEMPTS = 1024;

  private static final int ATTEMPTS_OF_STAGE = 64;

  private static final double UNIT = 0x1p-53;

  /** The parts of all tasks. */
  List<PartSummary> write(JavaRDD<Row> rows, int firstPart) {
    CorpusStage stage = this;
    return rows.mapPartitionsWithIndex((index, some) -> stage.part(firstPart + index, some), true)
        .collect();
  }

  private Iterator<PartSummary> part(int partition, Iterator<Row> rows) {
    int part = Math.addExact(Math.multiplyExact(partition, ATTEMPTS), attempt());
    List<PartSummary> parts = new ArrayList<>();
    try {
      CorpusFiles files = new HadoopCorpusFiles(directory, hadoop.value());
      try (CorpusWriter training = new CorpusWriter(files, vocabulary, Stream.TRAINING, part);
          CorpusWriter held = new CorpusWriter(files, vocabulary, Stream.HELD_OUT, part)) {
        while (rows.hasNext()) {
          Row row = rows.next();
          int[] ids = (int[]) row.get(row.length() - 1);
          CorpusWriter writer = isHeldOut(String.valueOf(row.get(0))) ? held : training;
          writer.add(ids, ids.length);
        }
        parts.add(training.finish());
        parts.add(held.finish());
      }
    } catch (IOException e) {
      throw new OutputException("the corpus fails: " + e.getMessage(), e);
    }
    return parts.iterator();
  }

  /** A stage that is run again counts its tasks' attempts anew, while old ones may still write. */
  private static int attempt() {
    int stage = TaskContext.get().stageAttemptNumber();
    int task = TaskContext.get().attemptNumber();
    int attempt = stage * ATTEMPTS_OF_STAGE + task;
    if (task >= ATTEMPTS_OF_STAGE || attempt >= ATTEMPTS) {
      throw new IllegalStateException("attempt " + task + " of a task, " + stage + " of its stage");
    }
    return attempt;
  }

  private boolean isHeldOut(String id) {
    long hash = 0;
    for (byte letter : id.getBytes(StandardCharsets.UTF_8)) {
      hash = CounterRandom.bits(hash, letter);
    }
    return (hash >>> 11) * UNIT < heldOut;
  }
}
