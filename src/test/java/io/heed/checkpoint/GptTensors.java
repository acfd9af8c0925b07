package io.heed.checkpoint;

import io.heed.checkpoint.GptCheckpointFixture.Form;
import io.heed.checkpoint.GptCheckpointFixture.Head;
import io.heed.checkpoint.GptCheckpointFixture.Naming;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Adds the tensors of a fixture to its file. Maps are stored {@code [inputs, outputs]}. */
final class GptTensors {
  private static final double BIAS_DEVIATION = 0.02;

  private final GptCheckpointFixture fixture;
  private final SafetensorsWriter file;
  private final int width;

  GptTensors(GptCheckpointFixture fixture, SafetensorsWriter file) {
    this.fixture = fixture;
    this.file = file;
    this.width = fixture.size().hiddenSize();
  }

  void addAll() {
    Form form = fixture.form();
    int vocabulary = fixture.size().vocabSize();
    String tokens = form.tokens + ".weight";
    tensor(tokens, 0, deviation(width), vocabulary, width);
    tensor(
        form.positions + ".weight",
        0,
        deviation(width),
        fixture.size().maxPositionEmbeddings(),
        width);
    for (int layer = 0; layer < fixture.size().numHiddenLayers(); layer++) {
      block("h." + layer + ".");
    }
    if (form == Form.GPT2) {
      layerNorm("ln_f");
    }
    if (fixture.storage().head() != Head.TIED) {
      String head = "lm_head.weight";
      String stream = fixture.storage().head() == Head.COPIED ? tokens : head;
      int[] shape = {vocabulary, width};
      add(head, shape, () -> normal(stream, 0, deviation(width), shape));
    }
  }

  private void block(String prefix) {
    int wide = fixture.size().intermediateSize();
    layerNorm(prefix + "ln_1");
    queryKeyValue(prefix + "attn.c_attn");
    // Attention adds little and the other half much, so that what comes next depends on the last
    // token and is seldom that token again.
    linear(prefix + "attn.c_proj", width, width, 0.2);
    layerNorm(prefix + "ln_2");
    linear(prefix + "mlp.c_fc", width, wide, 1.2);
    linear(prefix + "mlp.c_proj", wide, width, fixture.form() == Form.GPT2 ? 1.8 : 4);
    if (fixture.storage().naming() == Naming.WITH_MASKS) {
      masks(prefix + "attn.");
    }
  }

  /** Queries and keys wider than the rest, so that attention is far from uniform. */
  private void queryKeyValue(String name) {
    String weight = name + ".weight";
    int[] shape = {width, 3 * width};
    add(
        fixture.storage().naming().prefix + weight,
        shape,
        () -> {
          float[] values = normal(weight, 0, 1, shape);
          double scores = 1.2 / Math.sqrt(width);
          for (int i = 0; i < values.length; i++) {
            values[i] *= (float) (i % (3 * width) < 2 * width ? scores : deviation(width));
          }
          return values;
        });
    tensor(name + ".bias", 0, BIAS_DEVIATION, 3 * width);
  }

  /** Of inputs with deviation 1 it makes outputs of deviation {@code gain}. */
  private void linear(String name, int inputs, int outputs, double gain) {
    tensor(name + ".weight", 0, gain / Math.sqrt(inputs), inputs, outputs);
    tensor(name + ".bias", 0, BIAS_DEVIATION, outputs);
  }

  private void layerNorm(String name) {
    tensor(name + ".weight", 1, 0.1, width);
    tensor(name + ".bias", 0, 0.1, width);
  }

  /** The triangle of 1 and the number elsewhere that GPT-2's old files carry along. */
  private void masks(String prefix) {
    int positions = fixture.size().maxPositionEmbeddings();
    add(
        prefix + "bias",
        new int[] {1, 1, positions, positions},
        () -> {
          float[] triangle = new float[positions * positions];
          for (int i = 0; i < triangle.length; i++) {
            triangle[i] = i % positions <= i / positions ? 1 : 0;
          }
          return triangle;
        });
    add(prefix + "masked_bias", new int[0], () -> new float[] {-10_000});
  }

  /** GPT's 0.02, more where so few inputs would leave a map without effect. */
  private static double deviation(int inputs) {
    return Math.max(0.02, 0.6 / Math.sqrt(inputs));
  }

  private void tensor(String name, double mean, double deviation, int... shape) {
    add(
        fixture.storage().naming().prefix + name,
        shape,
        () -> normal(name, mean, deviation, shape));
  }

  /** The stream is named without prefix, so that every naming holds the same values. */
  private float[] normal(String stream, double mean, double deviation, int... shape) {
    int count = IntStream.of(shape).reduce(1, Math::multiplyExact);
    return new RandomValues(fixture.seed(), stream).floats(count, mean, deviation);
  }

  private void add(String name, int[] shape, Supplier<float[]> values) {
    file.add(name, fixture.storage().dtype(), shape, values);
  }
}
