package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heed.checkpoint.CheckpointCopy;
import io.heed.checkpoint.RawTorch;
import io.heed.job.JobHarness.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A checkpoint that cannot be used ends the job with code 3, one line, and no output. */
class EmbedJobCheckpointsTest {
  private static final String QUERY = "encoder.layer.0.attention.self.query.weight";
  private static final String POSITIONS = "embeddings.position_embeddings.weight";

  @TempDir Path directory;
  private EmbedSandbox job;
  private Path input;

  @BeforeEach
  void openSandbox() {
    job = new EmbedSandbox(directory);
    input = job.write("in.jsonl", "{\"id\": 1, \"text\": \"x\", \"tokens\": [2, 3]}\n");
  }

  static Stream<Arguments> damages() {
    return Stream.of(
        damage(
            "there are no weights in MODEL; expected model.safetensors or"
                + " model.safetensors.index.json or pytorch_model.bin or"
                + " pytorch_model.bin.index.json",
            copy -> copy.without("model.safetensors")),
        damage(
            "the file begins with c280, not with 504b0304 as the zip archives of torch.save do"
                + " (pytorch_model.bin)",
            copy -> copy.without("model.safetensors").with("pytorch_model.bin", "\u0080")),
        damage(
            "data_offsets [1264640, 1297408] of pooler.dense.weight are not inside the 1297307"
                + " bytes of data (model.safetensors)",
            copy -> copy.truncated(101)),
        damage(
            "header length 1152921504606846976 is more than the 1301597 bytes that follow it or the"
                + " limit of 100000000 (model.safetensors)",
            copy -> copy.headerLength(length -> 1L << 60)),
        damage(
            QUERY
                + " of shape [128, 64] in F16 needs 16384 bytes, its data_offsets [538112,"
                + " 570880] hold 32768 (model.safetensors)",
            copy -> copy.header(header -> shape(header, QUERY, 128, 64))),
        damage(
            POSITIONS + " has shape [128, 512], expected [512, 128] (model.safetensors)",
            copy -> copy.header(header -> shape(header, POSITIONS, 128, 512))),
        damage(
            "there is no tensor bert." + QUERY + " or " + QUERY + " (model.safetensors)",
            copy -> copy.header(header -> header.set("other", header.remove(QUERY)))),
        damage(
            "hidden_size 128 is not divisible by num_attention_heads 10 (config.json)",
            copy -> copy.config(config -> config.put("num_attention_heads", 10))),
        damage(
            "hidden_act mish is not supported; supported: gelu, gelu_python, gelu_new,"
                + " gelu_pytorch_tanh, gelu_python_tanh, gelu_fast, gelu_accurate, silu, swish, relu"
                + " (config.json)",
            copy -> copy.config(config -> config.put("hidden_act", "mish"))),
        damage(
            "the file is a Git LFS pointer in place of the content, as git clone leaves it without"
                + " git-lfs; in the clone run 'git lfs install' and 'git lfs pull', or download the"
                + " file itself (tokenizer.json)",
            copy -> copy.with("tokenizer.json", "version https://git-lfs.github.com/spec/v1\noid")),
        damage("there is no config.json in MODEL", copy -> copy.without("config.json")),
        damage(
            "the file is not valid JSON: Unexpected end-of-input: expected close marker for Object"
                + " (config.json)",
            copy -> copy.with("config.json", "{")),
        damage(
            "pooling_mode \"attention\" is not supported; supported: cls, max, mean,"
                + " mean_sqrt_len_tokens, weightedmean, lasttoken (1_Pooling/config.json)",
            copy -> copy.with("1_Pooling/config.json", "{\"pooling_mode\": \"attention\"}")),
        damage(
            "there is no tokenizer.json in MODEL, which texts need, nor vocab.txt, which would do. To"
                + " make it: python -c \"from transformers import AutoTokenizer;"
                + " AutoTokenizer.from_pretrained('MODEL').save_pretrained('MODEL')\"",
            copy -> copy.without("tokenizer.json").without("vocab.txt")),
        damage(
            "the tokenizer is not valid: Model missing. at line 1 column 2 (MODEL/tokenizer.json)",
            copy -> copy.with("tokenizer.json", "{}")));
  }

  @ParameterizedTest
  @MethodSource("damages")
  void isRefused(String message, Consumer<CheckpointCopy> damage) {
    Path model = job.path("model");
    damage.accept(CheckpointCopy.of(EmbedSandbox.SAMPLE_MODEL, model));
    Ended ended = job.run(input, "--model", model.toString());
    job.assertFailed(ended, ExitCode.BAD_CHECKPOINT, message.replace("MODEL", model.toString()));
  }

  @Test
  void overlappingTensorsAreRefused() {
    Path model = job.path("model");
    CheckpointCopy.of(EmbedSandbox.SAMPLE_MODEL, model)
        .header(
            header -> {
              ArrayNode offsets = (ArrayNode) header.required(QUERY).required("data_offsets");
              long begin = offsets.get(0).longValue() - 2;
              offsets.removeAll().add(begin).add(begin + 2 * 128 * 128);
            });
    Ended ended = job.run(input, "--model", model.toString());
    job.assertFailed(
        ended,
        ExitCode.BAD_CHECKPOINT,
        QUERY
            + " begins at 538110, but encoder.layer.0.attention.self.query.bias ends at 538112:"
            + " tensors must not overlap (model.safetensors)");
  }

  @Test
  void aDirectoryThatIsNotThereIsNoCheckpoint() {
    String absent = job.path("absent").toString();
    job.assertFailed(
        job.run(input, "--model", absent),
        ExitCode.BAD_CHECKPOINT,
        "the checkpoint %s does not exist".formatted(absent));
    job.assertFailed(
        job.run(input, "--model", input.toString()),
        ExitCode.BAD_CHECKPOINT,
        "the checkpoint %s is not a directory".formatted(input));
  }

  @Test
  void weightsOfTorchGiveTheSameVectors() throws IOException {
    Path model = job.path("model");
    CheckpointCopy copy = CheckpointCopy.of(EmbedSandbox.SAMPLE_MODEL, model);
    List<Row> expected = job.rowsOf(input, "--model", model.toString());
    String hash = job.report().at("/model/hash").textValue();
    RawTorch.copyOf(model.resolve("model.safetensors")).write(model.resolve("pytorch_model.bin"));
    copy.without("model.safetensors");
    assertThat(job.rowsOf(input, "--model", model.toString(), "--overwrite")).isEqualTo(expected);
    assertThat(job.report().at("/model/hash").textValue()).isNotEqualTo(hash);
  }

  /** The layout of sentence-transformers before version 1. */
  @Test
  void aTransformerInAFolderGivesTheSameVectors() throws IOException {
    Path model = job.path("model");
    CheckpointCopy.of(EmbedSandbox.SAMPLE_MODEL, model);
    List<Row> expected = job.rowsOf(input, "--model", model.toString());
    Path folder = Files.createDirectory(model.resolve("0_Transformer"));
    for (String file :
        List.of(
            "config.json",
            "model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json",
            "sentence_bert_config.json")) {
      Files.move(model.resolve(file), folder.resolve(file));
    }
    Path modules = model.resolve("modules.json");
    Files.writeString(
        modules,
        Files.readString(modules).replaceFirst("\"path\": \"\"", "\"path\": \"0_Transformer\""));
    assertThat(job.rowsOf(input, "--model", model.toString(), "--overwrite")).isEqualTo(expected);
  }

  @Test
  void theTokenizersMaximumLengthCutsWhereNothingElseDoes() {
    Path model = job.path("model");
    CheckpointCopy.of(EmbedSandbox.SAMPLE_MODEL, model)
        .without("sentence_bert_config.json")
        .with("tokenizer_config.json", "{\"model_max_length\": 8, \"other\": NaN}");
    Path texts =
        job.write("long.jsonl", "{\"id\": 1, \"text\": \"%s\"}".formatted("x ".repeat(20)));
    job.rowsOf(texts, "--model", model.toString());
    assertThat(job.report().required("tokens").intValue()).isEqualTo(8);
    assertThat(job.report().required("rowsTruncated").intValue()).isEqualTo(1);
    job.rowsOf(texts, "--model", model.toString(), "--overwrite", "--max-length", "10");
    assertThat(job.report().required("tokens").intValue()).isEqualTo(10);
  }

  @Test
  void aVocabularyInPlaceOfTheTokenizerGivesTheSameVectors() {
    Path sentences = EmbedSandbox.SAMPLE_DATA.resolve("sentences.jsonl");
    List<Row> expected = job.rowsOf(sentences);
    Path model = job.path("model");
    CheckpointCopy.of(EmbedSandbox.SAMPLE_MODEL, model).without("tokenizer.json");
    assertThat(job.rowsOf(sentences, "--model", model.toString(), "--overwrite"))
        .hasSizeGreaterThan(100)
        .isEqualTo(expected);
  }

  @Test
  void tokenIdsNeedNoTokenizer() {
    Path model = job.path("model");
    CheckpointCopy.of(EmbedSandbox.SAMPLE_MODEL, model)
        .without("tokenizer.json")
        .with("vocab.txt", "only one piece");
    job.rowsOf(input, "--model", model.toString(), "--tokens-column", "tokens");
  }

  private static Arguments damage(String message, Consumer<CheckpointCopy> damage) {
    return arguments(message, damage);
  }

  private static void shape(ObjectNode header, String tensor, int rows, int columns) {
    ((ArrayNode) header.required(tensor).required("shape")).removeAll().add(rows).add(columns);
  }
}
