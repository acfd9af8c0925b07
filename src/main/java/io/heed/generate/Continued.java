package io.heed.generate;

import io.heed.engine.AllowedTokens;
import io.heed.engine.Continuation;
import io.heed.input.Column;
import io.heed.input.RowValues;
import io.heed.model.ModelSpec;
import io.heed.series.BarDiscretizer;
import io.heed.series.BarFeature;
import io.heed.series.BarSeries;
import java.io.Serializable;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** What a row goes on as: which tokens may come next, and what the result tells of them. */
sealed interface Continued extends Serializable {

  /** The columns between generated_ids and finish_reason. */
  StructType added();

  /** The values of these columns. */
  Object[] values(RowValues row, Continuation continuation);

  /** Which tokens may come next. */
  AllowedTokens allowed(int vocabulary);

  /** Whether it is text, which a text can end. */
  default boolean hasText() {
    return false;
  }

  /** The tokens by which the model ends it. */
  default Set<Integer> endOfText(ModelSpec spec) {
    return new TreeSet<>(spec.endOfText());
  }

  /** As token ids alone. */
  record AsIds() implements Continued {
    @Override
    public StructType added() {
      return new StructType();
    }

    @Override
    public Object[] values(RowValues row, Continuation continuation) {
      return new Object[0];
    }

    @Override
    public AllowedTokens allowed(int vocabulary) {
      return AllowedTokens.all(vocabulary);
    }
  }

  /** As text besides, by the tokenizer of the model. */
  record AsText() implements Continued {
    @Override
    public boolean hasText() {
      return true;
    }

    @Override
    public StructType added() {
      return new StructType().add("text", DataTypes.StringType, false);
    }

    @Override
    public Object[] values(RowValues row, Continuation continuation) {
      return new Object[] {continuation.text()};
    }

    @Override
    public AllowedTokens allowed(int vocabulary) {
      return AllowedTokens.all(vocabulary);
    }
  }

  /** As price bars: each token is one of its feature. */
  record AsBars(Column<double[][]> bars, BarDiscretizer discretizer) implements Continued {
    /** None: bars have no end. */
    @Override
    public Set<Integer> endOfText(ModelSpec spec) {
      return Set.of();
    }

    @Override
    public StructType added() {
      StructType bar = new StructType();
      for (BarFeature feature : BarFeature.values()) {
        bar = bar.add(feature.label(), DataTypes.DoubleType, false);
      }
      DataType bars = DataTypes.createArrayType(bar, false);
      return new StructType().add("generated_bars", bars, false);
    }

    /** The bars that the tokens stand for; a bar at the end that is not whole is left out. */
    @Override
    public Object[] values(RowValues row, Continuation continuation) {
      BarSeries prompt = BarSeries.of(bars.of(row)).value();
      Row[] continued =
          discretizer.bars(prompt.reference(), continuation.ids()).stream()
              .map(
                  bar ->
                      RowFactory.create(
                          bar.open(), bar.high(), bar.low(), bar.close(), bar.volume()))
              .toArray(Row[]::new);
      return new Object[] {continued};
    }

    @Override
    public AllowedTokens allowed(int vocabulary) {
      return generated -> {
        BarFeature feature = BarFeature.at(generated);
        int first = discretizer.firstId(feature);
        return new AllowedTokens.Range(first, first + discretizer.bins(feature).size());
      };
    }
  }
}
