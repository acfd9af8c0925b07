package io.heed.gpu;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heed.architecture.ModelCheckpoint;
import io.heed.checkpoint.SafetensorsWriter;
import io.heed.kernel.Kernels;
import io.heed.model.Transformer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * A model of a few small layers with random weights.
 *
 * @param config what its {@code config.json} says, in single quotes
 * @param absent a regular expression for the names of tensors that it lacks
 */
record SmallModel(String config, String absent) {
  static final int VOCABULARY = 90;
  static final int POSITIONS = 150;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What most families call their sizes. */
  private static final String SIZES =
      """
      {'hidden_size': 64, 'num_hidden_layers': 2, 'num_attention_heads': 4,
      'intermediate_size': 136, 'vocab_size': %d, 'max_position_embeddings': %d,
      'type_vocab_size': 2, 'pad_token_id': 1}
      """
          .formatted(VOCABULARY, POSITIONS);

  static SmallModel of(String config) {
    return new SmallModel(config, "lm_head.*|q_proj.*|.*layer_norm_q.*");
  }

  SmallModel lacking(String names) {
    return new SmallModel(config, names);
  }

  /** Loads it by a folder to be filled. */
  Transformer load(Path folder, Kernels kernels) throws IOException {
    Files.createDirectories(folder);
    ObjectNode all = json(SIZES);
    all.setAll(json(config));
    Files.writeString(folder.resolve("config.json"), all.toString());
    // The weights are not read from here, but a checkpoint has a file for them.
    new SafetensorsWriter()
        .add("none", new int[] {1}, 0f)
        .write(folder.resolve("model.safetensors"));
    Pattern names = Pattern.compile(absent);
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(folder)) {
      return checkpoint.load(new RandomTensors(name -> names.matcher(name).matches()), kernels);
    }
  }

  private static ObjectNode json(String quoted) throws JsonProcessingException {
    return (ObjectNode) JSON.readTree(quoted.replace('\'', '"'));
  }
}
