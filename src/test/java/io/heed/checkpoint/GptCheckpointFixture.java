package io.heed.checkpoint;

import io.heed.checkpoint.SafetensorsWriter.Dtype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A GPT checkpoint directory of reproducible random weights in Hugging Face layout.
 *
 * <p>The same fixture writes the same bytes. A tensor's values depend on the seed and its name
 * only, so two dtypes or namings hold the same model. Weights are wide enough that the most likely
 * token is far ahead of the next and changes from step to step.
 *
 * @param form which of the two GPTs
 * @param activation {@code activation_function} of GPT-2, {@code afn} of the first GPT
 * @param seed what all values come from
 * @param tokenizer tokenizer files, if any
 */
public record GptCheckpointFixture(
    Form form,
    Size size,
    String activation,
    long seed,
    Storage storage,
    Optional<ByteLevelFixture> tokenizer) {

  /** The two GPTs that transformers knows. */
  public enum Form {
    /** Normalises before each half, and after the last block. */
    GPT2("gpt2", "GPT2LMHeadModel", "wte", "wpe"),
    /** Normalises after each half. */
    OPENAI_GPT("openai-gpt", "OpenAIGPTLMHeadModel", "tokens_embed", "positions_embed");

    private final String modelType;
    private final String architecture;
    final String tokens;
    final String positions;

    Form(String modelType, String architecture, String tokens, String positions) {
      this.modelType = modelType;
      this.architecture = architecture;
      this.tokens = tokens;
      this.positions = positions;
    }
  }

  /**
   * The numbers of a model.
   *
   * @param intermediateSize width between the two maps of the feed-forward block, four times the
   *     width in the first GPT
   */
  public record Size(
      int numHiddenLayers,
      int hiddenSize,
      int numAttentionHeads,
      int intermediateSize,
      int vocabSize,
      int maxPositionEmbeddings) {}

  /** How tensors lie in the file. */
  public record Storage(Dtype dtype, Naming naming, Head head) {}

  /** Where published checkpoints differ in their tensors and tensor names. */
  public enum Naming {
    /** The model with its head: prefix {@code transformer.}. */
    HEAD_MODEL("transformer."),
    /** Without its head: no prefix. */
    BASE_MODEL(""),
    /** As GPT-2 was published: no prefix, and the causal masks among the tensors. */
    WITH_MASKS("");

    final String prefix;

    Naming(String prefix) {
      this.prefix = prefix;
    }
  }

  /** Where the map to token ids comes from. */
  public enum Head {
    /** The token embeddings. */
    TIED,
    /** {@code lm_head.weight}, a copy of the token embeddings. */
    COPIED,
    /** {@code lm_head.weight}, of other values, {@code tie_word_embeddings} false. */
    SEPARATE
  }

  private static final String CONFIG =
      """
      {
        "architectures": [
          "%s"
        ],
        "%s": "%s",
        "attn_pdrop": 0.1,
        "bos_token_id": %s,
        "embd_pdrop": 0.1,
        "eos_token_id": %s,
        "initializer_range": 0.02,
        "layer_norm_epsilon": 1e-05,
        "model_type": "%s",
        "n_embd": %s,
        "n_head": %s,%s
        "n_layer": %s,
        "n_positions": %s,
        "resid_pdrop": 0.1,
        "tie_word_embeddings": %s,
        "torch_dtype": "%s",
        "transformers_version": "4.57.0",
        "vocab_size": %s
      }
      """;

  private static final String GENERATION_CONFIG =
      """
      {
        "_from_model_config": true,
        "bos_token_id": %s,
        "eos_token_id": %1$s,
        "transformers_version": "4.57.0"
      }
      """;

  /**
   * F32, named as the model with its head does, the head tied, four times as wide between, 512
   * positions, tanh-GELU, and no token that ends a text.
   */
  public static GptCheckpointFixture of(
      Form form,
      int numHiddenLayers,
      int hiddenSize,
      int numAttentionHeads,
      int vocabSize,
      long seed) {
    return new GptCheckpointFixture(
        form,
        new Size(numHiddenLayers, hiddenSize, numAttentionHeads, 4 * hiddenSize, vocabSize, 512),
        form == Form.GPT2 ? "gelu_new" : "gelu",
        seed,
        new Storage(Dtype.F32, Naming.HEAD_MODEL, Head.TIED),
        Optional.empty());
  }

  /** With another width inside the feed-forward block. */
  public GptCheckpointFixture withIntermediateSize(int width) {
    return withSize(width, size.vocabSize, size.maxPositionEmbeddings);
  }

  /** With another number of positions. */
  public GptCheckpointFixture withMaxPositionEmbeddings(int positions) {
    return withSize(size.intermediateSize, size.vocabSize, positions);
  }

  /** With another activation, as the form's {@code config.json} calls it. */
  public GptCheckpointFixture withActivation(String name) {
    return new GptCheckpointFixture(form, size, name, seed, storage, tokenizer);
  }

  /** The same model in another dtype. */
  public GptCheckpointFixture withDtype(Dtype dtype) {
    return withStorage(new Storage(dtype, storage.naming, storage.head));
  }

  /** The same model with other tensor names. */
  public GptCheckpointFixture withNaming(Naming naming) {
    return withStorage(new Storage(storage.dtype, naming, storage.head));
  }

  /** With another head. */
  public GptCheckpointFixture withHead(Head head) {
    return withStorage(new Storage(storage.dtype, storage.naming, head));
  }

  /** With tokenizer files, their vocabulary, and a token that ends a text. */
  public GptCheckpointFixture withTokenizer(ByteLevelFixture files) {
    GptCheckpointFixture sized =
        withSize(size.intermediateSize, files.size(), size.maxPositionEmbeddings);
    return new GptCheckpointFixture(
        form, sized.size, activation, seed, storage, Optional.of(files));
  }

  private GptCheckpointFixture withSize(int intermediateSize, int vocabSize, int positions) {
    Size changed =
        new Size(
            size.numHiddenLayers,
            size.hiddenSize,
            size.numAttentionHeads,
            intermediateSize,
            vocabSize,
            positions);
    return new GptCheckpointFixture(form, changed, activation, seed, storage, tokenizer);
  }

  private GptCheckpointFixture withStorage(Storage changed) {
    return new GptCheckpointFixture(form, size, activation, seed, changed, tokenizer);
  }

  /** Writes all files into a directory, which is created if absent, and returns it. */
  public Path write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("config.json"), configJson());
    SafetensorsWriter weights = new SafetensorsWriter().metadata("format", "pt");
    new GptTensors(this, weights).addAll();
    weights.write(directory.resolve("model.safetensors"));
    if (tokenizer.isPresent()) {
      tokenizer.get().write(directory, size.maxPositionEmbeddings);
      Files.writeString(
          directory.resolve("generation_config.json"),
          GENERATION_CONFIG.formatted(tokenizer.get().endOfText()));
    }
    return directory;
  }

  /** What {@code config.json} holds. */
  public String configJson() {
    String endOfText = tokenizer.map(files -> String.valueOf(files.endOfText())).orElse("null");
    boolean widened = size.intermediateSize == 4 * size.hiddenSize;
    String inner =
        form == Form.GPT2
            ? "\n  \"n_inner\": %s,".formatted(widened ? "null" : size.intermediateSize)
            : "";
    return CONFIG.formatted(
        form.architecture,
        form == Form.GPT2 ? "activation_function" : "afn",
        activation,
        endOfText,
        endOfText,
        form.modelType,
        size.hiddenSize,
        size.numAttentionHeads,
        inner,
        size.numHiddenLayers,
        size.maxPositionEmbeddings,
        storage.head != Head.SEPARATE,
        storage.dtype.torchName(),
        size.vocabSize);
  }
}
