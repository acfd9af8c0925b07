package io.heed.architecture;

import io.heed.checkpoint.StaticTable;
import io.heed.layer.Weights;
import io.heed.model.ModelSpec;
import io.heed.model.TokenVectors;
import io.heed.model.Transformer;
import io.heed.tensor.EmbeddingTable;
import io.heed.tensor.WeightedTable;
import java.util.Optional;

/**
 * A vector for each token: sentence-transformers' StaticEmbedding, and the models of model2vec
 * (Tulkens and van Dongen, 2024), whose tokens may have weights and share vectors.
 */
record StaticEmbedding(ModelSpec spec, StaticTable table) implements Blueprint {
  private static final String NAME = "embedding";

  /** A model of a table. */
  static StaticEmbedding of(StaticTable table) {
    String type = table.rules().isPresent() ? "model2vec" : "StaticEmbedding";
    return new StaticEmbedding(ModelSpec.ofVectors(type, table.tokens(), table.width()), table);
  }

  @Override
  public Transformer build(Weights root) {
    Weights weights = root.renamed(name -> name.equals(NAME + ".weight") ? table.tensor() : name);
    EmbeddingTable vectors =
        table.bytes()
            ? weights.byteTable(NAME, table.rows(), table.width())
            : weights.table(NAME, table.rows(), table.width());
    if (!table.mapped() && !table.weighted()) {
      return new TokenVectors(spec, vectors);
    }
    return new TokenVectors(
        spec,
        new WeightedTable(
            vectors,
            table.mapped() ? Optional.of(mapping(root)) : Optional.empty(),
            table.weighted() ? Optional.of(factors(root)) : Optional.empty(),
            table.tokens()));
  }

  private int[] mapping(Weights root) {
    return root.indices(StaticTable.MAPPING, table.tokens(), table.rows());
  }

  private float[] factors(Weights root) {
    return root.vector(StaticTable.WEIGHTS, table.tokens());
  }
}
