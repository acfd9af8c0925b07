package io.heed.benchmarks;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** ONNX Runtime over batches of a fixed number of rows. */
final class OnnxBatches implements Peer {
  /** Which rows come into a batch together. */
  enum Order {
    /** Those that stand together in the table, as a user-defined function of Spark gets them. */
    AS_THEY_COME,
    /** Those of like length, for which the whole table has to be sorted first: least padding. */
    BY_LENGTH
  }

  private final BertTokenizer tokenizer = new BertTokenizer();
  private final OnnxModel model = new OnnxModel();
  private final int batchSize;
  private final Order order;

  OnnxBatches(int batchSize, Order order) throws Exception {
    this.batchSize = batchSize;
    this.order = order;
  }

  @Override
  public Cost embed(List<String> texts) throws Exception {
    double start = CpuClock.seconds();
    long[][] rows = tokenizer.ids(texts);
    double tokenized = CpuClock.seconds();
    if (order == Order.BY_LENGTH) {
      Arrays.sort(rows, Comparator.comparingInt(row -> row.length));
    }
    for (int first = 0; first < rows.length; first += batchSize) {
      model.embed(Arrays.copyOfRange(rows, first, Math.min(rows.length, first + batchSize)));
    }
    return new Cost(CpuClock.seconds() - start, tokenized - start);
  }

  @Override
  public void close() throws Exception {
    model.close();
    tokenizer.close();
  }
}
