package io.heed.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heed.architecture.ModelCheckpoint;
import io.heed.batch.PackedBatch;
import io.heed.checkpoint.SentenceTransformers;
import io.heed.engine.VectorEnding.VectorNorm;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.Kernels;
import io.heed.kernel.ReferenceKernels;
import io.heed.layer.Pooling;
import io.heed.layer.Poolings;
import io.heed.model.ModelHead;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Chains of modules on token ids, against sentence-transformers 5.1.2 on transformers 4.57.6, which
 * computed {@code golden.json} of each folder of {@code goldens/sentences}.
 */
class SentenceGoldenTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens/sentences");

  @ParameterizedTest
  @CsvSource({"st-labse, 2e-6", "st-sentence-t5, 2e-6", "st-distiluse, 2e-5"})
  void vectorsAreThoseOfSentenceTransformers(String name, double most) throws IOException {
    Path folder = GOLDENS.resolve(name);
    JsonNode golden = new ObjectMapper().readTree(folder.resolve("golden.json").toFile());
    List<int[]> ids = new ArrayList<>();
    List<int[]> types = new ArrayList<>();
    for (JsonNode row : golden.get("rows")) {
      ids.add(ints(row.get("input_ids")));
      if (row.has("token_type_ids")) {
        types.add(ints(row.get("token_type_ids")));
      }
    }
    PackedBatch batch = PackedBatch.of(ids);
    PackedBatch typed = types.isEmpty() ? batch : batch.withTokenTypeIds(types);
    Kernels simd = KernelProvider.choose(KernelChoice.SIMD).kernels();
    Embeddings embedded = embed(folder, simd, typed);
    JsonNode expected = golden.get("outputs").get("sentence_embedding");
    for (int s = 0; s < ids.size(); s++) {
      float[] vector = embedded.vector(s);
      assertThat(vector).hasSize(expected.get(s).size());
      for (int i = 0; i < vector.length; i++) {
        assertThat((double) vector[i])
            .isCloseTo(expected.get(s).get(i).doubleValue(), within(most));
      }
      assertThat(embed(folder, new ReferenceKernels(), typed).vector(s)).isEqualTo(vector);
    }
  }

  private static Embeddings embed(Path folder, Kernels kernels, PackedBatch batch) {
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(folder)) {
      checkpoint.check();
      SentenceTransformers own = checkpoint.files().sentenceTransformers();
      VectorNorm norm = own.normalize().orElseThrow() ? VectorNorm.L2 : VectorNorm.NONE;
      List<Pooling> each = own.pooling().orElseThrow().modes().stream().map(Pooling::of).toList();
      Poolings pooling = new Poolings(each, 0);
      ModelEncoder encoder =
          new ModelEncoder(
              checkpoint.load(kernels),
              kernels,
              pooling,
              checkpoint.head(ModelHead.VECTORS, kernels),
              VectorEnding.whole(norm));
      int pooled = pooling.outputs(checkpoint.spec().width());
      assertThat(encoder.dimensions()).isEqualTo(checkpoint.dimensions(pooled));
      return new EmbeddingEngine(encoder, kernels).session().embed(batch);
    }
  }

  private static int[] ints(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).intValue()).toArray();
  }
}
