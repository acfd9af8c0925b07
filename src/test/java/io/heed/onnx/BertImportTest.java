package io.heed.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.CheckpointFiles;
import io.heed.checkpoint.HuggingFaceCheckpoint;
import io.heed.onnx.BertExport.Style;
import io.heed.onnx.BertImport.SentenceOptions;
import io.heed.onnx.OnnxWriter.Node;
import io.heed.text.TokenizerException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BertImportTest {
  private static final SentenceOptions MEAN =
      new SentenceOptions(OnnxPooling.MEAN, true, OptionalInt.of(9));

  @TempDir Path directory;
  private Path original;

  @BeforeEach
  void writeOriginal() throws IOException {
    original = directory.resolve("original");
    BertExport.model().write(original);
  }

  private BertExport export(Style style) {
    return BertExport.of(original, style);
  }

  private Path file(byte... onnx) throws IOException {
    Path folder = Files.createDirectories(directory.resolve("onnx"));
    Files.copy(
        SmallExport.TOKENIZER,
        folder.resolve("tokenizer.json"),
        StandardCopyOption.REPLACE_EXISTING);
    return Files.write(folder.resolve("model.onnx"), onnx);
  }

  private Path imported(byte... onnx) throws IOException {
    Path output = directory.resolve("imported");
    BertImport.run(file(onnx), Optional.empty(), MEAN, output);
    return output;
  }

  /** What the graph is refused for. */
  private static void assertRefused(OnnxWriter onnx, String... parts) {
    assertThatThrownBy(() -> recognise(onnx.bytes()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("m.onnx ")
        .satisfies(
            e ->
                assertThat(List.of(parts))
                    .allSatisfy(part -> assertThat(e).hasMessageContaining(part)));
  }

  private static BertModel recognise(byte... onnx) {
    return BertGraph.recognise("m.onnx", OnnxFile.read("m.onnx", ByteBuffer.wrap(onnx)));
  }

  @ParameterizedTest
  @EnumSource
  void theImportHasTheTensorsOfTheModelThatWasExported(Style style) throws IOException {
    Path output = imported(export(style).onnx.bytes());

    try (HuggingFaceCheckpoint before =
            CheckpointFiles.open(original).checkpoint(BertExport.WIDTH);
        HuggingFaceCheckpoint after = CheckpointFiles.open(output).checkpoint(BertExport.WIDTH)) {
      BertModel model = recognise(export(style).onnx.bytes());
      assertThat(model.weights()).hasSize(5 + 16 * BertExport.LAYERS + poolers(style));
      model
          .weights()
          .forEach(
              (name, weight) ->
                  assertThat(after.floats(name, weight.shape()))
                      .as(name)
                      .isEqualTo(before.floats(name, weight.shape())));
      assertThat(after.maxLength(BertExport.POSITIONS).tokens()).isEqualTo(9);
      assertThat(after.sentenceTransformers().normalize()).contains(true);
    }
    assertThat(Files.readString(output.resolve("config.json")))
        .contains(
            "\"hidden_size\" : 8",
            "\"intermediate_size\" : 12",
            "\"layer_norm_eps\" : 1.0E-12",
            "\"max_position_embeddings\" : 16",
            "\"num_attention_heads\" : 2",
            "\"num_hidden_layers\" : 2",
            "\"type_vocab_size\" : 2",
            "\"vocab_size\" : 30");
    try (var files = Files.list(output)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "1_Pooling",
              "config.json",
              "heed-import.json",
              "model.safetensors",
              "modules.json",
              "sentence_bert_config.json",
              "tokenizer.json");
    }
  }

  private static int poolers(Style style) {
    return style == Style.NEWER ? 2 : 0;
  }

  @Test
  void aJarHoldsTheGraphAndItsTokenizer() throws IOException {
    Path jar = directory.resolve("model.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      zip.putNextEntry(new ZipEntry("a/model.onnx"));
      zip.write(export(Style.OLDER).onnx.bytes());
      zip.putNextEntry(new ZipEntry("a/model-tokenizer.json"));
      zip.write(Files.readAllBytes(SmallExport.TOKENIZER));
    }
    Path output = directory.resolve("imported");

    String told = BertImport.run(jar, Optional.empty(), MEAN, output);

    assertThat(told)
        .isEqualTo(
            "a/model.onnx: BERT, 2 layers, width 8, 2 heads, 16 positions, 30 token ids; 37"
                + " tensors");
    assertThat(output.resolve("tokenizer.json")).hasSameTextualContentAs(SmallExport.TOKENIZER);
  }

  @Test
  void aJarWithoutOrWithSeveralGraphsIsRefused() throws IOException {
    Path jar = directory.resolve("model.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      zip.putNextEntry(new ZipEntry("readme"));
    }
    Path output = directory.resolve("imported");
    assertThatThrownBy(() -> BertImport.run(jar, Optional.empty(), MEAN, output))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("there is no .onnx file in " + jar);
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      zip.putNextEntry(new ZipEntry("model.onnx"));
      zip.putNextEntry(new ZipEntry("model_O4.onnx"));
    }
    assertThatThrownBy(() -> BertImport.run(jar, Optional.empty(), MEAN, output))
        .hasMessage(jar + " has several .onnx files: model.onnx, model_O4.onnx");
  }

  /** Each node has a part in what is computed, so no other may stand in its place. */
  @ParameterizedTest
  @EnumSource
  void everyOtherOperationIsRefused(Style style) {
    int nodes = export(style).onnx.nodes.size();
    for (int i = 0; i < nodes; i++) {
      OnnxWriter onnx = export(style).onnx;
      onnx.nodes.set(i, onnx.nodes.get(i).withOperator("Identity"));
      assertRefused(onnx);
    }
  }

  /** Every number and every attribute counts. */
  @ParameterizedTest
  @EnumSource
  void everyOtherConstantIsRefused(Style style) {
    List<Node> nodes = export(style).onnx.nodes;
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).attributes().get("value") instanceof byte[] value) {
        OnnxWriter onnx = export(style).onnx;
        byte[] changed = value.clone();
        changed[changed.length - 1] ^= (byte) 0x80; // the sign
        onnx.nodes.set(i, nodes.get(i).withAttribute("value", changed));
        assertRefused(onnx);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyOtherAttributeIsRefused(Style style) {
    List<Node> nodes = export(style).onnx.nodes;
    for (int i = 0; i < nodes.size(); i++) {
      for (String name : nodes.get(i).attributes().keySet()) {
        Object value = nodes.get(i).attributes().get(name);
        Object other =
            value instanceof Integer number
                ? (Object) (number == 3 || number == -1 ? 0 : number + 2)
                : value instanceof Float number ? (Object) (number * 2) : List.of(1, 0);
        if (!(value instanceof byte[])) {
          OnnxWriter onnx = export(style).onnx;
          onnx.nodes.set(i, nodes.get(i).withAttribute(name, other));
          assertRefused(onnx);
        }
      }
    }
  }

  /** Operations of which the order of inputs plays no part are found either way. */
  @ParameterizedTest
  @EnumSource
  void inputsOfOtherPlacesAreRefused(Style style) {
    List<Node> nodes = export(style).onnx.nodes;
    for (int i = 0; i < nodes.size(); i++) {
      List<String> inputs = nodes.get(i).inputs();
      if (inputs.size() == 2 && !List.of("Add", "Mul").contains(nodes.get(i).operator())) {
        OnnxWriter onnx = export(style).onnx;
        List<String> turned = List.of(inputs.get(1), inputs.get(0));
        onnx.nodes.set(i, nodes.get(i).withInputs(turned));
        assertRefused(onnx);
      }
    }
  }

  @Test
  void sumsAndProductsMayStandInEitherOrder() {
    OnnxWriter onnx = export(Style.OLDER).onnx;
    for (int i = 0; i < onnx.nodes.size(); i++) {
      Node node = onnx.nodes.get(i);
      if (List.of("Add", "Mul").contains(node.operator())) {
        onnx.nodes.set(i, node.withInputs(List.of(node.inputs().get(1), node.inputs().get(0))));
      }
    }

    assertThat(recognise(onnx.bytes()).layers()).isEqualTo(BertExport.LAYERS);
  }

  @Test
  void whatIsLeftOverIsRefused() {
    OnnxWriter node = export(Style.OLDER).onnx;
    node.node("Relu", node.outputs.get(0));
    assertRefused(node, "Relu '/Relu_", "is no part of an encoder of BERT's kind");

    OnnxWriter tensor = export(Style.OLDER).onnx;
    tensor.add("lora.weight", new long[] {1}, 1f);
    assertRefused(tensor, "tensor lora.weight, float32 [1] is no part of");
  }

  @Test
  void anotherEndIsRefused() {
    OnnxWriter logits = export(Style.OLDER).onnx;
    String matrix = logits.add("classifier", new long[] {8, 2}, new float[16]);
    logits.outputs.set(0, logits.node("MatMul", logits.outputs.get(0), matrix));
    assertRefused(logits, "MatMul", "stands where Add, of a layer norm, is expected");

    OnnxWriter three = export(Style.NEWER).onnx;
    three.outputs.add("Softmax_1");
    assertRefused(three, "hidden states, and a pooled one beside them, are expected");
  }

  /** A number that is none is near no other. */
  @ParameterizedTest
  @EnumSource
  void constantsThatAreNoNumberAreRefused(Style style) {
    List<Node> nodes = export(style).onnx.nodes;
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).attributes().get("value") instanceof byte[]) {
        OnnxWriter onnx = export(style).onnx;
        byte[] none = OnnxWriter.tensor("", new long[0], Float.NaN);
        onnx.nodes.set(i, nodes.get(i).withAttribute("value", none));
        assertRefused(onnx);
      }
    }
  }

  @Test
  void anAttributeWithoutAValueIsZero() {
    OnnxWriter axis = export(Style.LAYER_NORMS).onnx;
    int norm = first(axis, "LayerNormalization");
    Node given = axis.nodes.get(norm);
    axis.nodes.set(
        norm,
        new Node(
            given.operator(),
            given.inputs(),
            given.output(),
            Map.of("epsilon", 1e-12f),
            out -> out.writeByteArray(5, typed("axis", 2))));
    assertRefused(axis, "axis of LayerNormalization", "is [0], not [-1]");

    OnnxWriter alpha = export(Style.NEWER).onnx;
    int map = first(alpha, "Gemm");
    given = alpha.nodes.get(map);
    alpha.nodes.set(
        map,
        new Node(
            given.operator(),
            given.inputs(),
            given.output(),
            Map.of("transB", 1),
            out -> out.writeByteArray(5, typed("alpha", 1))));
    assertRefused(alpha, "has alpha");
  }

  private static int first(OnnxWriter onnx, String operator) {
    return IntStream.range(0, onnx.nodes.size())
        .filter(i -> onnx.nodes.get(i).operator().equals(operator))
        .findFirst()
        .orElseThrow();
  }

  private static byte[] typed(String name, int type) {
    return OnnxWriter.message(
        out -> {
          out.writeString(1, name);
          out.writeInt32(20, type);
        });
  }

  @Test
  void otherValuesOfAnOperationAreRefused() {
    OnnxWriter onnx = export(Style.LAYER_NORMS).onnx;
    int last = onnx.nodes.size() - 1;
    onnx.nodes.set(last, onnx.nodes.get(last).with(out -> out.writeString(2, "mean")));
    onnx.outputs.set(0, "mean");
    assertRefused(onnx, "LayerNormalization");
  }

  @Test
  void operatorSetsThatAreNotKnownAreRefused() {
    OnnxWriter onnx = export(Style.OLDER).onnx;
    onnx.operatorSet = 10;
    assertRefused(onnx, "its operator set is 10; 11 to 18 are known");
    onnx.operatorSet = 23;
    assertRefused(onnx, "its operator set is 23");
  }

  @Test
  void aTokenizerThatIsNoneIsRefused() throws IOException {
    Path graph = file(export(Style.OLDER).onnx.bytes());
    Path page = Files.writeString(directory.resolve("page.json"), "<!DOCTYPE html>");
    Path output = directory.resolve("imported");
    assertThatThrownBy(() -> BertImport.run(graph, Optional.of(page), MEAN, output))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("HTML");
    Path other = Files.writeString(directory.resolve("other.json"), "{\"model\": 1}");
    assertThatThrownBy(
            () -> BertImport.run(graph, Optional.of(other), MEAN, directory.resolve("imported2")))
        .isInstanceOf(TokenizerException.class);
    assertThatThrownBy(() -> BertImport.run(graph, Optional.of(directory), MEAN, output))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("there is no file " + directory + " to take the tokenizer from");
  }

  @Test
  void whatLiesOutsideOfTheFileIsRefused() {
    OnnxWriter location = export(Style.OLDER).onnx;
    location.tensors.put(
        "x",
        OnnxWriter.message(
            out -> {
              out.writeString(8, "x");
              out.writeInt32(14, 1);
            }));
    assertRefused(location, "cannot be imported: a tensor of it lies outside of the file");

    OnnxWriter path = export(Style.OLDER).onnx;
    byte[] entry = OnnxWriter.message(out -> out.writeString(1, "location"));
    path.tensors.put("x", OnnxWriter.message(out -> out.writeByteArray(13, entry)));
    assertRefused(path, "a tensor of it lies outside of the file");
  }

  @Test
  void graphsInsideOfNodesAndFunctionsAreRefused() {
    OnnxWriter inside = export(Style.OLDER).onnx;
    byte[] graph = OnnxWriter.message(out -> out.writeString(2, "inner"));
    byte[] attribute =
        OnnxWriter.message(
            out -> {
              out.writeString(1, "then_branch");
              out.writeByteArray(6, graph);
            });
    inside.nodes.set(0, inside.nodes.get(0).with(out -> out.writeByteArray(5, attribute)));
    assertRefused(inside, "a node of it holds a graph");

    OnnxWriter functions = export(Style.OLDER).onnx;
    functions.ofModel = out -> out.writeByteArray(25, new byte[0]);
    assertRefused(functions, "it holds functions of its own");

    OnnxWriter sparse = export(Style.OLDER).onnx;
    sparse.ofGraph = out -> out.writeByteArray(15, new byte[0]);
    assertRefused(sparse, "it holds sparse tensors");

    OnnxWriter domain = export(Style.OLDER).onnx;
    domain.nodes.set(0, domain.nodes.get(0).with(out -> out.writeString(7, "com.microsoft")));
    assertRefused(domain, "com.microsoft.");
  }

  @Test
  void quantisedWeightsAreRefused() {
    OnnxWriter onnx = export(Style.OLDER).onnx;
    String name =
        onnx.tensors.keySet().stream()
            .filter(n -> n.startsWith("onnx::"))
            .findFirst()
            .orElseThrow();
    onnx.tensors.put(name, OnnxWriter.tensor(name, 3, new long[] {8, 8}, new byte[64]));

    assertRefused(onnx, name + ", int8 [8, 8]; float32 of 2 dimensions is read");
  }

  @Test
  void sizesAreChecked() {
    for (long[] shape : new long[][] {{8, 9}, {-1, 8}, {1L << 40, 8}, {1 << 30, 1 << 30, 16}}) {
      OnnxWriter onnx = export(Style.OLDER).onnx;
      onnx.tensors.put("x", OnnxWriter.tensor("x", 1, shape, new byte[256]));
      assertRefused(onnx, "tensor x");
    }
  }

  /** A file may name what comes later, so that a graph feeds itself. */
  @Test
  void aGraphWithoutABeginningIsRefused() {
    OnnxWriter layers = export(Style.LAYER_NORMS).onnx;
    String hidden = layers.outputs.get(0);
    OnnxWriter sums = export(Style.LAYER_NORMS).onnx;
    String embedded = "";
    for (int i = 0; i < layers.nodes.size(); i++) {
      Node node = layers.nodes.get(i);
      if (node.operator().equals("LayerNormalization") && embedded.isEmpty()) {
        embedded = node.output();
        String sum = node.inputs().get(0);
        int at = Integer.parseInt(sum.substring(sum.indexOf('_') + 1));
        sums.nodes.set(at, sums.nodes.get(at).withInputs(List.of(sum, sum)));
      } else if (node.inputs().contains(embedded)) {
        List<String> inputs = new ArrayList<>(node.inputs());
        inputs.replaceAll(Map.of(embedded, hidden)::get);
        for (int k = 0; k < inputs.size(); k++) {
          inputs.set(k, inputs.get(k) == null ? node.inputs().get(k) : inputs.get(k));
        }
        layers.nodes.set(i, node.withInputs(inputs));
      }
    }

    assertRefused(layers, "it has more than 1000 layers");
    assertRefused(sums);
  }

  @Test
  void noFileMakesAnotherError() {
    byte[] onnx = export(Style.NEWER).onnx.bytes();
    Random random = new Random(20261128);
    List<Throwable> others = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      byte[] broken = i % 3 == 0 ? Arrays.copyOf(onnx, random.nextInt(onnx.length)) : onnx.clone();
      for (int changes = random.nextInt(4); changes > 0 && broken.length > 0; changes--) {
        broken[random.nextInt(broken.length)] = (byte) random.nextInt();
      }
      try {
        recognise(broken);
      } catch (CheckpointException e) {
        assertThat(e).hasMessageContaining("m.onnx");
      } catch (RuntimeException | Error e) {
        others.add(e);
      }
    }
    assertThat(others).isEmpty();
  }

  @Test
  void aFileThatIsNoneIsRefused() throws IOException {
    Path output = directory.resolve("imported");
    Path file = file("<!DOCTYPE html>".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> BertImport.run(file, Optional.empty(), MEAN, output))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("model.onnx ");
    Path none = directory.resolve("none.onnx");
    assertThatThrownBy(() -> BertImport.run(none, Optional.empty(), MEAN, output))
        .hasMessage("there is no file " + none);
    assertThat(output).isEmptyDirectory();
  }
}
