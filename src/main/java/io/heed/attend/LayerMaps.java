package io.heed.attend;

import java.io.Serializable;
import java.util.Optional;

/** Where the linear maps of an attention layer are. */
sealed interface LayerMaps extends Serializable {

  /** Their file, if they have one. */
  Optional<WeightsReference> file();

  /** In a file. */
  record Stored(WeightsReference weights) implements LayerMaps {
    @Override
    public Optional<WeightsReference> file() {
      return Optional.of(weights);
    }
  }

  /** Nowhere: values pass as they are. */
  record Absent() implements LayerMaps {
    @Override
    public Optional<WeightsReference> file() {
      return Optional.empty();
    }
  }
}
