package io.heed.checkpoint;

import java.util.Optional;

/** A module of sentence-transformers that turns a vector into another, behind the pooling. */
public sealed interface VectorModule {

  /** The folder of its tensors, beside {@code modules.json}, where it has some. */
  Optional<String> folder();

  /** Values of the vector that it takes. */
  int inputs();

  /** Values of the vector that it gives. */
  int outputs();

  /**
   * {@code activation(Wx + b)}.
   *
   * @param bias whether there is b
   * @param activation the last part of its class in PyTorch, such as {@code Tanh}
   * @param residual whether x is added to that, mapped where the numbers of values differ
   */
  record Dense(
      String path, int inputs, int outputs, boolean bias, String activation, boolean residual)
      implements VectorModule {
    @Override
    public Optional<String> folder() {
      return Optional.of(path);
    }
  }

  /** Layer normalisation. */
  record LayerNorm(String path, int inputs) implements VectorModule {
    @Override
    public Optional<String> folder() {
      return Optional.of(path);
    }

    @Override
    public int outputs() {
      return inputs;
    }
  }

  /** Scales the vector to length 1. */
  record Normalize(int inputs) implements VectorModule {
    @Override
    public Optional<String> folder() {
      return Optional.empty();
    }

    @Override
    public int outputs() {
      return inputs;
    }
  }

  /** Reads a module that follows one of {@code inputs} outputs. */
  static VectorModule read(CheckpointDirectory root, SentenceModules.Step step, int inputs) {
    return switch (step.kind()) {
      case NORMALIZE -> new Normalize(inputs);
      case LAYER_NORM -> {
        requireWidth(config(root, step), "dimension", inputs);
        yield new LayerNorm(step.path(), inputs);
      }
      case DENSE -> dense(config(root, step), step.path(), inputs);
    };
  }

  private static JsonFile config(CheckpointDirectory root, SentenceModules.Step step) {
    return root.requireJson(ModuleChain.file(step.path(), ConfigFile.NAME));
  }

  private static Dense dense(JsonFile json, String path, int inputs) {
    requireWidth(json, "in_features", inputs);
    ModuleChain.requireSentences(json, "module_input_name");
    ModuleChain.requireSentences(json, "module_output_name");
    String activation =
        json.string("activation_function").orElse("torch.nn.modules.activation.Tanh");
    if (!activation.startsWith("torch.nn.")) {
      throw json.error("activation_function %s is no class of torch.nn", activation);
    }
    return new Dense(
        path,
        inputs,
        json.positiveInt("out_features").orElseThrow(() -> json.error("out_features is missing")),
        json.bool("bias").orElse(true),
        activation.substring(activation.lastIndexOf('.') + 1),
        json.bool("use_residual").orElse(false));
  }

  private static void requireWidth(JsonFile json, String key, int inputs) {
    int width = json.positiveInt(key).orElseThrow(() -> json.error("%s is missing", key));
    if (width != inputs) {
      throw json.error("%s %d is not the %d values that it is given", key, width, inputs);
    }
  }
}
