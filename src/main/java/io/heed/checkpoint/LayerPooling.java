package io.heed.checkpoint;

/**
 * The module WeightedLayerPooling: a mean of the layers' hidden states, each with a weight that was
 * learned.
 *
 * @param path folder of its tensors
 * @param first of the layers, the embeddings being layer 0
 * @param layers that the transformer has, without the embeddings
 */
public record LayerPooling(String path, int first, int layers) {

  /** Layers from the embeddings on that are left out where the file does not say how many. */
  private static final int DEFAULT_FIRST = 4;

  private static final int DEFAULT_LAYERS = 12;

  /**
   * Reads the file of the module.
   *
   * @param hiddenSize values in a hidden state
   */
  static LayerPooling read(CheckpointDirectory root, String path, int hiddenSize) {
    JsonFile json = root.requireJson(ModuleChain.file(path, ConfigFile.NAME));
    TokenPooling.requireHiddenSize(json, hiddenSize);
    int first = json.count("layer_start").orElse(DEFAULT_FIRST);
    int layers = json.positiveInt("num_hidden_layers").orElse(DEFAULT_LAYERS);
    if (first > layers) {
      throw json.error("layer_start %d is above num_hidden_layers %d", first, layers);
    }
    return new LayerPooling(path, first, layers);
  }

  /** Number of layers that have a weight. */
  public int weights() {
    return layers + 1 - first;
  }
}
