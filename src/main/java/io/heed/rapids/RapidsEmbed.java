package io.heed.rapids;

import ai.rapids.cudf.ColumnVector;
import ai.rapids.cudf.ColumnView;
import ai.rapids.cudf.Cuda;
import ai.rapids.cudf.DType;
import ai.rapids.cudf.DeviceMemoryBuffer;
import ai.rapids.cudf.Scalar;
import com.nvidia.spark.RapidsUDF;
import com.nvidia.spark.rapids.jni.GpuSplitAndRetryOOM;
import io.heed.gpu.DeviceMemory;
import io.heed.gpu.GpuEmbedder;
import io.heed.gpu.GpuEmbedder.IdLists;
import io.heed.settings.SettingException;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.api.java.UDF1;
import scala.collection.Seq;

/**
 * Token ids to vectors, a column at a time: {@code array<int>} to {@code array<float>}, neither
 * with nulls. Where memory of the GPU is short, the plugin calls it again for the same rows, or for
 * half of them; it keeps nothing of a call, and a row has the same bits in each.
 */
final class RapidsEmbed implements RapidsUDF, UDF1<Seq<Integer>, Seq<Float>> {
  private static final long serialVersionUID = 1;

  private final GpuEmbedding embedding;
  private final DeviceNews news;

  RapidsEmbed(GpuEmbedding embedding, DeviceNews news) {
    this.embedding = embedding;
    this.news = news;
  }

  /** What Spark calls where the plan does not stay on the GPU, which was looked at before. */
  @Override
  public Seq<Float> call(Seq<Integer> ids) {
    throw new SettingException(
        String.format(
            Locale.ROOT,
            "%s gpu: Spark has planned the rows on the CPU after all; spark.rapids.sql.explain=NOT_ON_GPU"
                + " logs why",
            DeviceSettings.DEVICE.option()));
  }

  @Override
  public ColumnVector evaluateColumnar(int rows, ColumnVector... columns) {
    if (!Cuda.isPtdsEnabled()) {
      throw new IllegalStateException(
          "cuDF computes in the legacy default stream, and not in one for each thread");
    }
    try (GpuModels.Lease model = GpuModels.lease(embedding.model());
        ColumnView ids = columns[0].getChildColumnView(0)) {
      long begun = System.nanoTime();
      if (columns[0].getNullCount() > 0 || ids.getNullCount() > 0) {
        throw new IllegalStateException("token ids on the GPU have nulls");
      }
      GpuEmbedder embedder = model.embedder();
      int width = embedder.dimensions(embedding.pooling(), embedding.ending());
      requireRoom(rows, width);
      try (Values values = values(rows, width, columns[0], ids, embedder)) {
        ColumnVector vectors = values.asLists(rows, width);
        try {
          long nanos = System.nanoTime() - begun;
          news.computed(new DeviceNews.Batch(embedder.told(), rows, values.notFinite(), nanos));
          return vectors;
        } catch (RuntimeException | Error e) {
          vectors.close();
          throw e;
        }
      }
    }
  }

  /**
   * The values of all vectors.
   *
   * @param notFinite vectors that have some which are not finite
   */
  private record Values(ColumnVector column, int notFinite) implements AutoCloseable {
    ColumnVector asLists(int rows, int width) {
      try (Scalar first = Scalar.fromInt(0);
          Scalar step = Scalar.fromInt(width);
          ColumnVector offsets = ColumnVector.sequence(first, step, rows + 1)) {
        return column.makeListFromOffsets(rows, offsets);
      }
    }

    @Override
    public void close() {
      column.close();
    }
  }

  /** A column of lists has room for 2³¹ values; the plugin halves the rows of a batch beyond. */
  private static void requireRoom(int rows, int width) {
    if ((long) rows * width > Integer.MAX_VALUE) {
      throw new GpuSplitAndRetryOOM(
          String.format(
              Locale.ROOT, "%d rows of %d values do not fit into a column of lists", rows, width));
    }
  }

  private Values values(
      int rows, int width, ColumnVector lists, ColumnView ids, GpuEmbedder model) {
    long count = (long) rows * width;
    DeviceMemoryBuffer vectors = DeviceMemoryBuffer.allocate(Math.max(1, count * Float.BYTES));
    int notFinite = 0;
    try {
      if (rows > 0) {
        long tokens = ids.getData() == null ? 0 : ids.getData().getAddress();
        DeviceMemory memory = CudfMemory.ofCall();
        notFinite =
            model.embed(
                new IdLists(tokens, lists.getOffsets().getAddress(), rows),
                embedding.maxLength(),
                embedding.pooling(),
                embedding.ending(),
                vectors.getAddress(),
                memory);
      }
      return new Values(
          new ColumnVector(DType.FLOAT32, count, Optional.of(0L), vectors, null, null), notFinite);
    } catch (RuntimeException | Error e) {
      vectors.close();
      throw e;
    }
  }
}
