package io.heed.training;

import io.heed.kernel.CounterRandom;
import io.heed.layer.BlockSpec;
import io.heed.layer.NormPlacement;
import io.heed.model.DecoderNames;
import io.heed.model.ModelSpec;
import io.heed.tensor.Matrix;
import io.heed.training.Parameter.Decay;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Where the tensors of a decoder stand in one array: weights, gradients and moments each fill such
 * an array. It is cut into pages of {@link #PAGE} values, wherever tensors begin and end, so that
 * any number of tasks can share out the work of an optimizer.
 */
final class ParameterLayout {
  /** Values of a page. It fixes the order in which squares of a gradient are added. */
  static final int PAGE = 1 << 16;

  /** Index of the first value, so that vectors do not cross cache lines. */
  static final int ORIGIN = Matrix.ALIGNED_OFFSET;

  /** Tensors begin at a multiple of it behind the origin. */
  private static final int ALIGNMENT = 16;

  /** How widely GPT-2's weights are spread before training. */
  private static final double DEVIATION = 0.02;

  private final ModelSpec spec;
  private final List<Parameter> parameters = new ArrayList<>();
  private final UnaryOperator<String> fullName;
  private final DecoderParameters decoder;
  private long end = ORIGIN;

  /**
   * The tensors of a decoder.
   *
   * @param names of its tensors
   * @param fullName gives the whole name of one
   * @param ownLogits whether the map to logits is not the token embeddings
   * @throws TrainingException when they are more values than an array holds
   */
  ParameterLayout(
      ModelSpec spec, DecoderNames names, UnaryOperator<String> fullName, boolean ownLogits) {
    this.spec = spec;
    this.fullName = fullName;
    BlockSpec block = spec.block();
    Parameter tokens = matrix(names.tokens(), spec.vocabulary(), spec.width(), DEVIATION);
    Parameter positions = matrix(names.positions(), spec.positions(), spec.width(), DEVIATION);
    List<BlockParameters> blocks =
        IntStream.range(0, spec.layers())
            .mapToObj(layer -> block(block, names, names.blocks() + "." + layer + "."))
            .toList();
    Optional<NormParameters> finalNorm =
        block.placement() == NormPlacement.PRE
            ? Optional.of(norm(names.finalNorm(), spec.width()))
            : Optional.empty();
    Parameter logits =
        ownLogits ? matrix(names.logits(), spec.vocabulary(), spec.width(), DEVIATION) : tokens;
    this.decoder = new DecoderParameters(tokens, positions, blocks, finalNorm, logits);
  }

  private BlockParameters block(BlockSpec block, DecoderNames names, String scope) {
    int width = block.width();
    int heads = block.attention().width();
    // Each block adds to its input twice, so that the sum of all would grow with their number.
    double added = DEVIATION / Math.sqrt(2.0 * spec.layers());
    return new BlockParameters(
        norm(scope + names.attentionNorm(), width),
        map(scope + names.queryKeyValue(), width, 3 * heads, DEVIATION),
        map(scope + names.attentionOutput(), heads, width, added),
        norm(scope + names.outputNorm(), width),
        map(scope + names.inner(), width, block.intermediate(), DEVIATION),
        map(scope + names.outer(), block.intermediate(), width, added));
  }

  private MapParameters map(String name, int inputs, int outputs, double deviation) {
    Parameter weight = matrix(name, inputs, outputs, deviation);
    return new MapParameters(weight, add(name + ".bias", Decay.NONE, 0, 0f, outputs));
  }

  private NormParameters norm(String name, int width) {
    return new NormParameters(
        add(name + ".weight", Decay.NONE, 0, 1f, width),
        add(name + ".bias", Decay.NONE, 0, 0f, width));
  }

  private Parameter matrix(String name, int rows, int columns, double deviation) {
    return add(name + ".weight", Decay.MATRIX, deviation, 0f, rows, columns);
  }

  private Parameter add(String name, Decay decay, double deviation, float centre, int... shape) {
    long size = IntStream.of(shape).asLongStream().reduce(1, Math::multiplyExact);
    long at = end;
    end = ORIGIN + (at - ORIGIN + size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (end > Integer.MAX_VALUE - PAGE) {
      throw new TrainingException(
          String.format(
              Locale.ROOT,
              "a model of more than %,d parameters cannot be trained: %s is the first beyond",
              Integer.MAX_VALUE - PAGE,
              fullName.apply(name)));
    }
    Parameter parameter =
        new Parameter(fullName.apply(name), shape, (int) at, decay, deviation, centre);
    parameters.add(parameter);
    return parameter;
  }

  ModelSpec spec() {
    return spec;
  }

  /** All tensors, in the order of their places. */
  List<Parameter> parameters() {
    return parameters;
  }

  /** The same by what they are for. */
  DecoderParameters decoder() {
    return decoder;
  }

  /** Values of the tensors, without the gaps between them. */
  long values() {
    return parameters.stream().mapToLong(Parameter::size).sum();
  }

  /** Length of an array of all tensors. */
  int length() {
    return (int) end;
  }

  int pages() {
    return (length() - ORIGIN + PAGE - 1) / PAGE;
  }

  /** Index of the first value of a page, or the end for the page behind the last. */
  int page(int page) {
    return (int) Math.min(end, ORIGIN + (long) page * PAGE);
  }

  /** Weights before training: normal, each tensor by its name, gains 1 and biases 0. */
  float[] randomWeights(long seed) {
    float[] weights = new float[length()];
    for (Parameter parameter : parameters) {
      long key = seed;
      for (byte letter : parameter.name().getBytes(StandardCharsets.UTF_8)) {
        key = CounterRandom.bits(key, letter);
      }
      for (int i = 0; i < parameter.size(); i++) {
        double value = parameter.deviation() == 0 ? 0 : parameter.deviation() * normal(key, i);
        weights[parameter.at() + i] = parameter.centre() + (float) value;
      }
    }
    return weights;
  }

  /** A normal value (Box and Muller, 1958) from two that are evenly spread. */
  private static double normal(long key, int i) {
    double radius = StrictMath.log(1 - CounterRandom.uniform(key, i, 0));
    double angle = 2 * Math.PI * CounterRandom.uniform(key, i, 1);
    return StrictMath.sqrt(-2 * radius) * StrictMath.cos(angle);
  }
}
