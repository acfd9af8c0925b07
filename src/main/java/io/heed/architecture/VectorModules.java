package io.heed.architecture;

import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.HuggingFaceCheckpoint;
import io.heed.checkpoint.Tensors;
import io.heed.checkpoint.VectorModule;
import io.heed.kernel.Activation;
import io.heed.layer.Bias;
import io.heed.layer.Linear;
import io.heed.layer.LinearSpec;
import io.heed.layer.VectorHead;
import io.heed.layer.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** Builds the modules of sentence-transformers that stand behind the pooling. */
final class VectorModules {
  /** PyTorch's {@code LayerNorm} adds it where nothing else is said, as here. */
  private static final float EPSILON = 1e-5f;

  private static final Map<String, Activation> ACTIVATIONS =
      new TreeMap<>(
          Map.of(
              "Tanh", Activation.TANH,
              "Identity", Activation.NONE,
              "ReLU", Activation.RELU,
              "GELU", Activation.GELU,
              "SiLU", Activation.SILU));

  private VectorModules() {}

  /**
   * Builds them.
   *
   * @param weights over the tensors of a folder
   * @throws CheckpointException when one lacks a tensor or has an activation that is not computed
   */
  static VectorHead build(HuggingFaceCheckpoint files, Function<Tensors, Weights> weights) {
    List<VectorHead.Step> steps = new ArrayList<>();
    for (VectorModule module : files.sentenceTransformers().modules()) {
      steps.add(step(module, folder -> weights.apply(files.tensors(folder))));
    }
    return new VectorHead(weights.apply(files).kernels(), steps);
  }

  private static VectorHead.Step step(VectorModule module, Function<String, Weights> weights) {
    if (module instanceof VectorModule.Dense dense) {
      LinearSpec map =
          LinearSpec.of(dense.outputs(), dense.inputs())
              .with(dense.bias() ? Bias.LEARNED : Bias.NONE)
              .then(activation(dense));
      Weights own = weights.apply(dense.path());
      Linear linear = own.linear("linear", map);
      return dense.residual()
          ? new VectorHead.Added(linear, shortcut(dense, own))
          : new VectorHead.Mapped(linear);
    }
    if (module instanceof VectorModule.LayerNorm norm) {
      Weights own = weights.apply(norm.path());
      return new VectorHead.Normed(own.layerNorm("norm", norm.inputs(), Bias.LEARNED, EPSILON));
    }
    return new VectorHead.Scaled();
  }

  private static Optional<Linear> shortcut(VectorModule.Dense dense, Weights own) {
    LinearSpec map = LinearSpec.of(dense.outputs(), dense.inputs()).with(Bias.NONE);
    return dense.inputs() == dense.outputs()
        ? Optional.empty()
        : Optional.of(own.linear("residual", map));
  }

  private static Activation activation(VectorModule.Dense dense) {
    Activation activation = ACTIVATIONS.get(dense.activation());
    if (activation == null) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "activation_function %s is not supported; supported: %s (%s/config.json)",
              dense.activation(),
              String.join(", ", ACTIVATIONS.keySet()),
              dense.path()));
    }
    return activation;
  }
}
