package io.heed.layer;

import io.heed.checkpoint.CheckpointFiles;
import io.heed.checkpoint.HuggingFaceCheckpoint;
import io.heed.checkpoint.SafetensorsWriter;
import io.heed.kernel.Activation;
import io.heed.kernel.AttentionMask;
import io.heed.kernel.Kernels;
import io.heed.kernel.RelativeBias;
import io.heed.tensor.Matrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A kind of block, with random weights of a name for each.
 *
 * @param width D, which the heads need not come to
 * @param norm of each half
 * @param hidden whether the hidden layer is gated
 * @param positions whether a bias by distance is added to the scores
 */
record BlockVariant(
    AttentionSpec attention,
    int width,
    NormPlacement placement,
    NormKind norm,
    HiddenKind hidden,
    Positions positions) {
  static final int INTERMEDIATE = 72;
  static final int LAYERS = 2;
  static final double EPSILON = 1e-5f;
  private static final int REACH = 100;

  enum NormKind {
    LAYER,
    RMS
  }

  enum HiddenKind {
    PLAIN,
    GATED
  }

  enum Positions {
    NONE,
    RELATIVE
  }

  static BlockVariant of(
      NormPlacement placement,
      NormKind norm,
      HiddenKind hidden,
      Bias bias,
      int heads,
      int keyValueHeads,
      int headWidth,
      AttentionMask mask) {
    return new BlockVariant(
        AttentionSpec.of(heads, headWidth, mask).sharing(keyValueHeads).with(bias),
        40,
        placement,
        norm,
        hidden,
        Positions.NONE);
  }

  BlockVariant with(Positions other) {
    return new BlockVariant(attention, width, placement, norm, hidden, other);
  }

  BlockSpec spec() {
    return new BlockSpec(
        width, attention, INTERMEDIATE, Activation.GELU_TANH, (float) EPSILON, placement);
  }

  /** The values of all tensors, {@code [outputs, inputs]} or {@code [n]}. */
  Map<String, float[]> tensors(long seed) {
    Random random = new Random(seed);
    Map<String, float[]> tensors = new LinkedHashMap<>();
    for (int layer = 0; layer < LAYERS; layer++) {
      String block = "layers." + layer + ".";
      addMap(tensors, block + "q", attention.width(), width, random);
      addMap(tensors, block + "k", attention.keyValueWidth(), width, random);
      addMap(tensors, block + "v", attention.keyValueWidth(), width, random);
      addMap(tensors, block + "o", width, attention.width(), random);
      addMap(tensors, block + "gate", INTERMEDIATE, width, random);
      addMap(tensors, block + "up", INTERMEDIATE, width, random);
      addMap(tensors, block + "down", width, INTERMEDIATE, random);
      addNorm(tensors, block + "first", random);
      addNorm(tensors, block + "second", random);
    }
    addNorm(tensors, "final", random);
    return tensors;
  }

  private void addMap(
      Map<String, float[]> tensors, String name, int outputs, int inputs, Random random) {
    double deviation = 1 / Math.sqrt(inputs);
    tensors.put(name + ".weight", AttentionLayer.floats(random, outputs * inputs, deviation));
    if (attention.bias() == Bias.LEARNED) {
      tensors.put(name + ".bias", AttentionLayer.floats(random, outputs, 0.2));
    }
  }

  private void addNorm(Map<String, float[]> tensors, String name, Random random) {
    float[] gain = AttentionLayer.floats(random, width, 0.2);
    for (int i = 0; i < width; i++) {
      gain[i] += 1;
    }
    tensors.put(name + ".weight", gain);
    if (norm == NormKind.LAYER && attention.bias() == Bias.LEARNED) {
      tensors.put(name + ".bias", AttentionLayer.floats(random, width, 0.2));
    }
  }

  /** What is added to the scores before they are scaled. */
  Optional<RelativeBias> relativeBias() {
    int heads = attention.heads();
    float[] values = AttentionLayer.floats(new Random(77), heads * (2 * REACH + 1), 2);
    return positions == Positions.NONE
        ? Optional.empty()
        : Optional.of(new RelativeBias(Matrix.of(values, heads, 2 * REACH + 1)));
  }

  /** Writes the tensors, and opens the checkpoint. */
  HuggingFaceCheckpoint write(Path directory, Map<String, float[]> tensors) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    tensors.forEach((name, values) -> writer.add(name, shape(name, values.length), values));
    Files.createDirectories(directory);
    writer.write(directory.resolve("model.safetensors"));
    Files.writeString(directory.resolve("config.json"), "{\"model_type\": \"any\"}");
    return CheckpointFiles.open(directory).checkpoint(width);
  }

  private int[] shape(String name, int values) {
    int inputs =
        name.endsWith(".down.weight")
            ? INTERMEDIATE
            : name.endsWith(".o.weight") ? attention.width() : width;
    boolean isMap = name.endsWith(".weight") && values > width;
    return isMap ? new int[] {values / inputs, inputs} : new int[] {values};
  }

  /** The blocks, built from names as an architecture builds them. */
  TransformerStack build(Weights root) {
    List<TransformerBlock> blocks = root.in("layers").each(LAYERS, this::block);
    return new TransformerStack(blocks, Optional.of(norm(root, "final")), spec());
  }

  private TransformerBlock block(Weights weights) {
    Kernels kernels = weights.kernels();
    Attention heads =
        Attention.of(
            kernels,
            attention,
            relativeBias().map(PositionRule::relative).orElseGet(PositionRule::none),
            weights.heads(attention, width, "q", "k", "v"),
            weights.linear("o", map(width, attention.width())));
    Linear up = weights.linear("up", map(INTERMEDIATE, width));
    Linear gate = weights.linear("gate", map(INTERMEDIATE, width).then(Activation.GELU_TANH));
    Linear down = weights.linear("down", map(width, INTERMEDIATE));
    FeedForward feedForward =
        switch (hidden) {
          case PLAIN -> new FeedForward.Plain(kernels, gate, down);
          case GATED -> new FeedForward.Gated(kernels, gate, up, down);
        };
    return new TransformerBlock(
        kernels, placement, heads, norm(weights, "first"), feedForward, norm(weights, "second"));
  }

  private LinearSpec map(int outputs, int inputs) {
    return LinearSpec.of(outputs, inputs).with(attention.bias());
  }

  private Norm norm(Weights weights, String name) {
    return switch (norm) {
      case LAYER -> weights.layerNorm(name, width, attention.bias(), (float) EPSILON);
      case RMS -> weights.rmsNorm(name, width, (float) EPSILON);
    };
  }
}
