package io.heed.engine;

import static io.heed.engine.AttentionFixture.NO_MAPS;
import static io.heed.engine.AttentionFixture.attending;
import static io.heed.engine.AttentionFixture.bits;
import static io.heed.engine.AttentionFixture.engine;
import static io.heed.engine.AttentionFixture.headBits;
import static io.heed.engine.AttentionFixture.masked;
import static io.heed.engine.AttentionFixture.random;
import static io.heed.engine.AttentionFixture.vectors;
import static org.assertj.core.api.Assertions.assertThat;

import io.heed.engine.AttentionEngine.Result;
import io.heed.engine.AttentionOptions.Order;
import io.heed.layer.AttentionMaps;
import io.heed.layer.LinearMap;
import io.heed.layer.MultiHeadAttention.WeightsOut;
import io.heed.layer.Workspace;
import io.heed.row.Rejectable;
import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import io.heed.tensor.Matrix;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AttentionEngineTest {
  @Test
  void rejections_say_what_is_wrong() {
    float[][] two = vectors(2, 4);
    List<AttentionRow> rows =
        List.of(
            attending(null),
            attending(two, null),
            attending(vectors(0, 0)),
            attending(two, vectors(0, 0)),
            attending(vectors(2, 0)),
            attending(new float[][] {{1, 2}, {3}}),
            attending(vectors(1, 3)),
            attending(two, vectors(2, 6)),
            masked(two, two),
            masked(two, two, new int[] {1, 1}, new int[] {1}),
            masked(two, two, new int[] {1, 1}, new int[] {1, 2}));
    assertThat(rows)
        .extracting(row -> told(engine(WeightsOut.DROPPED).check(row).orElseThrow()))
        .containsExactly(
            "null_vectors: the query sequence is null",
            "null_vectors: the context sequence is null",
            "empty_vectors: the query sequence is empty",
            "empty_vectors: the context sequence is empty",
            "wrong_shape: the vectors of the query sequence have no values",
            "wrong_shape: vector 1 of the query sequence has 1 values, the first 2",
            "wrong_shape: a width of 3 is not divisible by 2 heads",
            "wrong_shape: queries of width 4 do not fit keys of width 6",
            "wrong_shape: the mask has 0 rows for 2 queries",
            "wrong_shape: row 1 of the mask has 1 values for 2 keys",
            "wrong_shape: the mask holds 2 at [1][1]; 0 and 1 are known");
  }

  private static String told(Rejection rejection) {
    return rejection.reason().code() + ": " + rejection.message();
  }

  @Test
  void more_weights_than_an_array_holds_are_rejected_where_they_are_wanted() {
    float[][] many = vectors(1, 2);
    float[][] queries = Stream.generate(() -> many[0]).limit(40_000).toArray(float[][]::new);
    assertThat(engine(WeightsOut.GIVEN).check(attending(queries)).map(Rejection::message))
        .contains("40000 x 40000 weights of 2 heads are more than an array holds");
    assertThat(engine(WeightsOut.DROPPED).check(attending(queries))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(WeightsOut.class)
  void a_row_that_overflows_leaves_its_neighbours_alone(WeightsOut weights) {
    AttentionEngine engine = engine(weights);
    AttentionRow good = attending(random(new Random(3), 3, 4));
    float large = Float.MAX_VALUE;
    AttentionRow bad = attending(new float[][] {{large, -large, large, 1}, {-large, 1, 1, 1}});

    List<Rejectable<Result>> results = engine.attend(List.of(good, bad, good), new Workspace());

    assertThat(results.get(1).rejection())
        .contains(new Rejection(Reason.NON_FINITE, "the context has a value that is not finite"));
    List<List<Integer>> alone =
        bits(engine.attend(List.of(good), new Workspace()).get(0).value().context());
    assertThat(bits(results.get(0).value().context())).isEqualTo(alone);
    assertThat(bits(results.get(2).value().context())).isEqualTo(alone);
  }

  @Test
  void results_outlive_the_next_batch() {
    AttentionEngine engine = engine(WeightsOut.GIVEN);
    Workspace workspace = new Workspace();
    Random random = new Random(5);
    Result first =
        engine.attend(List.of(attending(random(random, 2, 4))), workspace).get(0).value();
    List<List<Integer>> before = bits(first.context());
    List<List<List<Integer>>> weights = headBits(first.weights().orElseThrow());
    engine.attend(List.of(attending(random(random, 5, 6))), workspace);
    assertThat(bits(first.context())).isEqualTo(before);
    assertThat(headBits(first.weights().orElseThrow())).isEqualTo(weights);
  }

  @Test
  void causal_order_and_masks_hide_together() {
    float[][] sequence = {{1, 0}, {0, 1}, {1, 1}};
    AttentionRow row =
        masked(sequence, sequence, new int[] {0, 1, 1}, new int[] {1, 0, 1}, new int[] {1, 1, 1});
    Result result =
        engine(NO_MAPS, Order.CAUSAL, WeightsOut.GIVEN)
            .attend(List.of(row), new Workspace())
            .get(0)
            .value();
    float[][] head = result.weights().orElseThrow()[0];
    assertThat(head[0]).containsExactly(0, 0, 0);
    assertThat(head[1]).containsExactly(1, 0, 0);
    assertThat(head[2]).doesNotContain(0);
    assertThat(result.context()[0]).containsExactly(0, 0);
    assertThat(result.context()[1]).containsExactly(1, 0);
  }

  @Test
  void the_context_has_the_width_of_the_output_map() {
    AttentionMaps maps =
        new AttentionMaps(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new LinearMap(Matrix.of(new float[12], 3, 4), new float[3])));
    Result result =
        engine(maps, Order.NONE, WeightsOut.DROPPED)
            .attend(List.of(attending(vectors(2, 4))), new Workspace())
            .get(0)
            .value();
    assertThat(result.context()).hasDimensions(2, 3);
    assertThat(result.weights()).isEmpty();
  }
}
