package io.heed.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Map;

/** The graph of the model in ONNX Runtime, one thread, with mean pooling and length 1. */
final class OnnxModel implements AutoCloseable {
  private static final String RESOURCE = "/all-minilm-l6-v2.onnx";
  private static final int WIDTH = 384;

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  OnnxModel() throws IOException, OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        InputStream graph = OnnxModel.class.getResourceAsStream(RESOURCE)) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      session = environment.createSession(graph.readAllBytes(), options);
    }
  }

  /**
   * A batch, padded to its longest row.
   *
   * @param rows the ids of each
   * @return a vector for each row
   */
  float[][] embed(long[][] rows) throws OrtException {
    int longest = 0;
    for (long[] row : rows) {
      longest = Math.max(longest, row.length);
    }
    long[] ids = new long[rows.length * longest];
    long[] mask = new long[ids.length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, ids, i * longest, rows[i].length);
      Arrays.fill(mask, i * longest, i * longest + rows[i].length, 1);
    }
    long[] shape = {rows.length, longest};
    try (OnnxTensor inputIds = tensor(ids, shape);
        OnnxTensor attentionMask = tensor(mask, shape);
        OnnxTensor tokenTypes = tensor(new long[ids.length], shape);
        OrtSession.Result result =
            session.run(
                Map.of(
                    "input_ids", inputIds,
                    "attention_mask", attentionMask,
                    "token_type_ids", tokenTypes))) {
      FloatBuffer states = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[][] vectors = new float[rows.length][];
      for (int i = 0; i < rows.length; i++) {
        vectors[i] = pooled(states, i * longest, rows[i].length);
      }
      return vectors;
    }
  }

  private OnnxTensor tensor(long[] values, long[] shape) throws OrtException {
    return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
  }

  private static float[] pooled(FloatBuffer states, int first, int count) {
    float[] sum = new float[WIDTH];
    for (int token = first; token < first + count; token++) {
      for (int i = 0; i < WIDTH; i++) {
        sum[i] += states.get(token * WIDTH + i);
      }
    }
    double squares = 0;
    for (float value : sum) {
      squares += (double) value * value;
    }
    float scale = (float) (1 / Math.sqrt(squares));
    for (int i = 0; i < WIDTH; i++) {
      sum[i] *= scale;
    }
    return sum;
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
