package io.heed.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heed.architecture.ModelCheckpoint;
import io.heed.engine.VectorEnding.VectorNorm;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.Kernels;
import io.heed.kernel.ReferenceKernels;
import io.heed.layer.Poolings;
import io.heed.model.ModelHead;
import io.heed.row.Rejectable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Classifiers on token ids, against transformers 4.57.6, which computed {@code golden.json} of each
 * folder of {@code goldens/classifiers}.
 */
class ClassifierGoldenTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens/classifiers");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert-seqcls",
        "bert-multilabel",
        "bert-crossencoder",
        "roberta-seqcls",
        "xlm-roberta-crossencoder",
        "distilbert-seqcls",
        "mpnet-seqcls",
        "electra-seqcls",
        "deberta-v3-seqcls",
        "modernbert-seqcls-cls",
        "modernbert-crossencoder-mean",
        "new-crossencoder",
        "albert-seqcls",
        "camembert-seqcls",
        "gte-seqcls"
      })
  void logitsAreThoseOfTransformers(String name) throws IOException {
    Path folder = GOLDENS.resolve(name);
    JsonNode golden = new ObjectMapper().readTree(folder.resolve("golden.json").toFile());
    List<RowTokens> rows = new ArrayList<>();
    for (JsonNode row : golden.get("rows")) {
      Optional<int[]> types = Optional.ofNullable(row.get("token_type_ids")).map(this::ints);
      rows.add(new RowTokens(ints(row.get("input_ids")), types, false));
    }
    JsonNode outputs = golden.get("outputs");
    for (ClassScores scores : ClassScores.values()) {
      String key =
          scores == ClassScores.IDENTITY ? "logits" : scores.name().toLowerCase(Locale.ROOT);
      JsonNode expected = outputs.get(key);
      if (expected == null) {
        continue;
      }
      Kernels simd = KernelProvider.choose(KernelChoice.SIMD).kernels();
      List<Rejectable<ClassifiedRow>> classified = classify(folder, simd, scores, rows);
      for (int r = 0; r < rows.size(); r++) {
        float[] found = classified.get(r).value().scores();
        assertThat(found).hasSize(expected.get(r).size());
        for (int c = 0; c < found.length; c++) {
          assertThat((double) found[c])
              .as("%s of class %d of row %d", key, c, r)
              .isCloseTo(expected.get(r).get(c).doubleValue(), within(2e-5));
        }
        Kernels reference = new ReferenceKernels();
        List<RowTokens> alone = List.of(rows.get(r));
        assertThat(classify(folder, reference, scores, alone).get(0).value().scores())
            .isEqualTo(found);
      }
    }
  }

  private static List<Rejectable<ClassifiedRow>> classify(
      Path folder, Kernels kernels, ClassScores scores, List<RowTokens> rows) {
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(folder)) {
      checkpoint.check(ModelHead.SEQUENCE_CLASSES);
      ModelEncoder encoder =
          new ModelEncoder(
              checkpoint.load(kernels),
              kernels,
              Poolings.of(checkpoint.classPooling()),
              checkpoint.head(ModelHead.SEQUENCE_CLASSES, kernels),
              VectorEnding.whole(VectorNorm.NONE));
      EmbeddingEngine engine = new EmbeddingEngine(encoder, kernels);
      return new ClassifyingBatches(engine, scores, 1000).compute(rows);
    }
  }

  private int[] ints(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).intValue()).toArray();
  }
}
