package io.heed.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.batch.PackedBatch;
import io.heed.kernel.Activation;
import io.heed.kernel.AttentionMask;
import io.heed.kernel.ReferenceKernels;
import io.heed.layer.AttentionListener;
import io.heed.layer.AttentionSpec;
import io.heed.layer.BlockSpec;
import io.heed.layer.KeyValueCache;
import io.heed.layer.KeyValueCache.Run;
import io.heed.layer.NormPlacement;
import io.heed.layer.Pooling;
import io.heed.layer.Poolings;
import io.heed.model.ModelSpec;
import io.heed.model.ModelSpec.Direction;
import io.heed.row.Rejectable;
import io.heed.tensor.Matrix;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Engines compute with whatever stands in place of a model and its kernels. */
class OtherModelTest {
  private static final int VOCABULARY = 7;
  private static final ModelSpec SPEC =
      new ModelSpec(
          "counting",
          1,
          new BlockSpec(
              2,
              AttentionSpec.of(1, 2, AttentionMask.causal()),
              2,
              Activation.NONE,
              1e-5f,
              NormPlacement.PRE),
          VOCABULARY,
          20,
          0,
          Direction.CAUSAL,
          new TreeSet<>());

  /** The vector of a sequence is its number of tokens and their sum. */
  private record Counting() implements Encoder {
    @Override
    public ModelSpec spec() {
      return SPEC;
    }

    @Override
    public Poolings pooling() {
      return Poolings.of(Pooling.MEAN);
    }

    @Override
    public int dimensions() {
      return 2;
    }

    @Override
    public Session session() {
      return Counting::vectors;
    }

    private static Matrix vectors(
        PackedBatch batch, Set<Integer> layersToTell, AttentionListener listener) {
      Matrix vectors = Matrix.allocate(batch.sequences(), 2);
      for (int s = 0; s < batch.sequences(); s++) {
        int from = batch.cumulativeLengths()[s];
        int to = batch.cumulativeLengths()[s + 1];
        vectors.data()[2 * s] = batch.length(s);
        vectors.data()[2 * s + 1] = Arrays.stream(batch.inputIds(), from, to).sum();
      }
      return vectors;
    }
  }

  /** After a token comes the one above it, to which it gives a logit of 10, and all others 0. */
  private record Following() implements Predictor {
    @Override
    public ModelSpec spec() {
      return SPEC;
    }

    @Override
    public Session session() {
      return new Reading();
    }

    private static final class Reading implements Session {
      private PackedBatch last;

      @Override
      public KeyValueCache newCache(int places) {
        return new KeyValueCache(new ReferenceKernels(), SPEC.cacheShape(), places);
      }

      @Override
      public void read(PackedBatch batch) {
        last = batch;
      }

      @Override
      public void read(PackedBatch batch, KeyValueCache cache, List<Run> runs) {
        for (int s = 0; s < runs.size(); s++) {
          runs.get(s).checkRoom(batch.length(s));
          runs.get(s).grow(batch.length(s));
        }
        last = batch;
      }

      @Override
      public Matrix logits(int[] tokens) {
        Matrix logits = Matrix.allocate(tokens.length, VOCABULARY);
        for (int i = 0; i < tokens.length; i++) {
          int next = (last.inputIds()[tokens[i]] + 1) % VOCABULARY;
          logits.data()[logits.index(i) + next] = 10;
        }
        return logits;
      }
    }
  }

  @Test
  void vectorsAreThoseOfTheEncoder() {
    EmbeddingEngine engine = new EmbeddingEngine(new Counting(), new ReferenceKernels());
    Embeddings embeddings =
        engine.session().embed(PackedBatch.of(List.of(new int[] {3, 4}, new int[] {5})));
    assertThat(embeddings.vector(0)).containsExactly(2, 7);
    assertThat(embeddings.vector(1)).containsExactly(1, 5);
    assertThat(embeddings.rejection(0)).isEmpty();
  }

  @Test
  void scoresAreThoseOfThePredictor() {
    ScoringEngine engine = new ScoringEngine(new Following(), new ReferenceKernels(), 10, 100, 1);
    ScoredRow row =
        engine.score(List.of(new int[] {5, 6, 0, 3}), engine.predictor().session()).get(0).value();
    float likely = (float) (10 - Math.log(Math.exp(10) + VOCABULARY - 1));
    float[] told = row.logProbabilities();
    assertThat(told).hasSize(3);
    assertThat(told[0]).isCloseTo(likely, within(1e-6f));
    assertThat(told[2]).isCloseTo(likely - 10, within(1e-5f));
    assertThat(row.nextTokens().get(0).id()).isEqualTo(4);
  }

  @Test
  void continuationsAreThoseOfThePredictor() {
    StopRule stop = new StopRule(Set.of(), Set.of(2), List.of(), Optional.empty());
    GenerationEngine engine =
        new GenerationEngine(
            new Following(), new ReferenceKernels(), Sampling.GREEDY, stop, 9, 64, 50);
    GenerationStream<int[]> stream =
        new GenerationStream<>(
            List.of(new int[] {1, 4}, new int[] {0}).iterator(),
            ids -> Rejectable.of(new Prompt(ids, 0)),
            ids -> 0,
            engine);
    assertThat(stream.next().result().value().ids()).startsWith(5, 6, 0, 1);
    assertThat(stream.next().result().value().ids()).startsWith(1);
  }
}
