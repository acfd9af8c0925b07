package io.heed.checkpoint;

import io.heed.checkpoint.SafetensorsWriter.Dtype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A BERT checkpoint directory of reproducible random weights in Hugging Face layout.
 *
 * <p>The same fixture writes the same bytes. A tensor's values depend on the seed and its name
 * only, so two dtypes, namings or shard counts hold the same model.
 *
 * @param numHiddenLayers encoder layers
 * @param hiddenSize width
 * @param numAttentionHeads heads; the writer does not ask that they divide the width
 * @param intermediateSize width between the two maps of the feed-forward block
 * @param vocabSize rows of the word embeddings
 * @param maxPositionEmbeddings rows of the position embeddings
 * @param seed what all values come from
 * @param dtype how weights are stored
 * @param naming how tensors are named
 * @param shards number of safetensors files; above one there is an index
 * @param tokenizer tokenizer files, if any
 * @param sentenceTransformers sentence-transformers' files, if any
 */
public record BertCheckpointFixture(
    int numHiddenLayers,
    int hiddenSize,
    int numAttentionHeads,
    int intermediateSize,
    int vocabSize,
    int maxPositionEmbeddings,
    long seed,
    Dtype dtype,
    Naming naming,
    int shards,
    Optional<WordPieceFixture> tokenizer,
    Optional<SentenceTransformersFixture> sentenceTransformers) {

  /** Where published checkpoints differ in their tensors and tensor names. */
  public enum Naming {
    /** {@code BertModel}: no prefix, with a pooler and {@code position_ids}. */
    BERT_MODEL("BertModel", "", "weight", "bias"),
    /** {@code BertForMaskedLM}: prefix {@code bert.}, with a prediction head. */
    MASKED_LM("BertForMaskedLM", "bert.", "weight", "bias"),
    /** Converted from TensorFlow, as bert-base-uncased: layer norms have gamma and beta. */
    TENSORFLOW("BertForMaskedLM", "bert.", "gamma", "beta");

    private final String architecture;
    final String prefix;
    final String gain;
    final String shift;

    Naming(String architecture, String prefix, String gain, String shift) {
      this.architecture = architecture;
      this.prefix = prefix;
      this.gain = gain;
      this.shift = shift;
    }
  }

  static final int TYPE_VOCAB_SIZE = 2;

  private static final String CONFIG =
      """
      {
        "architectures": [
          "%s"
        ],
        "attention_probs_dropout_prob": 0.1,
        "classifier_dropout": null,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "hidden_size": %s,
        "initializer_range": 0.02,
        "intermediate_size": %s,
        "layer_norm_eps": 1e-12,
        "max_position_embeddings": %s,
        "model_type": "bert",
        "num_attention_heads": %s,
        "num_hidden_layers": %s,
        "pad_token_id": 0,
        "position_embedding_type": "absolute",
        "torch_dtype": "%s",
        "transformers_version": "4.57.0",
        "type_vocab_size": %s,
        "use_cache": true,
        "vocab_size": %s
      }
      """;

  /**
   * F32 in one file, named as {@code BertModel} does, four times as wide between, 512 positions.
   */
  public static BertCheckpointFixture of(
      int numHiddenLayers, int hiddenSize, int numAttentionHeads, int vocabSize, long seed) {
    return new BertCheckpointFixture(
        numHiddenLayers,
        hiddenSize,
        numAttentionHeads,
        4 * hiddenSize,
        vocabSize,
        512,
        seed,
        Dtype.F32,
        Naming.BERT_MODEL,
        1,
        Optional.empty(),
        Optional.empty());
  }

  /** With another width inside the feed-forward block. */
  public BertCheckpointFixture withIntermediateSize(int size) {
    return copy(size, maxPositionEmbeddings, dtype, naming, shards);
  }

  /** With another number of positions. */
  public BertCheckpointFixture withMaxPositionEmbeddings(int positions) {
    return copy(intermediateSize, positions, dtype, naming, shards);
  }

  /** The same model in another dtype. */
  public BertCheckpointFixture withDtype(Dtype other) {
    return copy(intermediateSize, maxPositionEmbeddings, other, naming, shards);
  }

  /** The same model with other tensor names. */
  public BertCheckpointFixture withNaming(Naming other) {
    return copy(intermediateSize, maxPositionEmbeddings, dtype, other, shards);
  }

  /** The same model in several files and an index. */
  public BertCheckpointFixture withShards(int count) {
    return copy(intermediateSize, maxPositionEmbeddings, dtype, naming, count);
  }

  /** With tokenizer files and their vocabulary. */
  public BertCheckpointFixture withTokenizer(WordPieceFixture files) {
    return new BertCheckpointFixture(
        numHiddenLayers,
        hiddenSize,
        numAttentionHeads,
        intermediateSize,
        files.size(),
        maxPositionEmbeddings,
        seed,
        dtype,
        naming,
        shards,
        Optional.of(files),
        sentenceTransformers);
  }

  /** With the files of sentence-transformers. */
  public BertCheckpointFixture withSentenceTransformers(SentenceTransformersFixture files) {
    return new BertCheckpointFixture(
        numHiddenLayers,
        hiddenSize,
        numAttentionHeads,
        intermediateSize,
        vocabSize,
        maxPositionEmbeddings,
        seed,
        dtype,
        naming,
        shards,
        tokenizer,
        Optional.of(files));
  }

  private BertCheckpointFixture copy(
      int intermediate, int positions, Dtype weightDtype, Naming tensorNaming, int shardCount) {
    return new BertCheckpointFixture(
        numHiddenLayers,
        hiddenSize,
        numAttentionHeads,
        intermediate,
        vocabSize,
        positions,
        seed,
        weightDtype,
        tensorNaming,
        shardCount,
        tokenizer,
        sentenceTransformers);
  }

  /** Writes all files into a directory, which is created if absent, and returns it. */
  public Path write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("config.json"), configJson());
    writeWeights(directory);
    if (tokenizer.isPresent()) {
      tokenizer.get().write(directory, maxPositionEmbeddings);
    }
    if (sentenceTransformers.isPresent()) {
      sentenceTransformers.get().write(directory, hiddenSize);
    }
    return directory;
  }

  /** What {@code config.json} holds. */
  public String configJson() {
    return CONFIG.formatted(
        naming.architecture,
        hiddenSize,
        intermediateSize,
        maxPositionEmbeddings,
        numAttentionHeads,
        numHiddenLayers,
        dtype.torchName(),
        TYPE_VOCAB_SIZE,
        vocabSize);
  }

  private void writeWeights(Path directory) throws IOException {
    List<SafetensorsWriter> files =
        Stream.generate(() -> new SafetensorsWriter().metadata("format", "pt"))
            .limit(shards)
            .toList();
    new BertTensors(this, files).addAll();
    if (shards == 1) {
      files.get(0).write(directory.resolve("model.safetensors"));
      return;
    }
    Map<String, String> weightMap = new LinkedHashMap<>();
    for (int shard = 0; shard < shards; shard++) {
      String name = String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", shard + 1, shards);
      files.get(shard).write(directory.resolve(name));
      files.get(shard).names().forEach(tensor -> weightMap.put(tensor, name));
    }
    Map<String, Object> index = new LinkedHashMap<>();
    long totalSize = files.stream().mapToLong(SafetensorsWriter::tensorBytes).sum();
    index.put("metadata", Map.of("total_size", totalSize));
    index.put("weight_map", weightMap);
    Files.writeString(directory.resolve("model.safetensors.index.json"), Json.indented(index));
  }
}
