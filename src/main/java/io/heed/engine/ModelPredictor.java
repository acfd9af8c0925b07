package io.heed.engine;

import io.heed.batch.PackedBatch;
import io.heed.kernel.Attentions;
import io.heed.layer.KeyValueCache;
import io.heed.layer.KeyValueCache.Run;
import io.heed.layer.Workspace;
import io.heed.model.Decoder;
import io.heed.model.ModelSpec;
import io.heed.tensor.Matrix;
import java.util.List;

/**
 * A loaded decoder.
 *
 * @param kernels those the decoder was loaded for
 */
public record ModelPredictor(Decoder decoder, Attentions kernels) implements Predictor {

  @Override
  public ModelSpec spec() {
    return decoder.spec();
  }

  @Override
  public Predictor.Session session() {
    return new Reading();
  }

  /** The decoder as one thread uses it, and the hidden states of what it read last. */
  private final class Reading implements Predictor.Session {
    private final Workspace workspace = new Workspace();
    private Matrix hidden;

    @Override
    public KeyValueCache newCache(int places) {
      return new KeyValueCache(kernels, spec().cacheShape(), places);
    }

    @Override
    public void read(PackedBatch batch) {
      hidden = decoder.hiddenStates(batch, workspace);
    }

    @Override
    public void read(PackedBatch batch, KeyValueCache cache, List<Run> runs) {
      hidden = decoder.hiddenStates(batch, cache, runs, workspace);
    }

    @Override
    public Matrix logits(int[] tokens) {
      return decoder.logits(hidden, tokens, workspace);
    }
  }
}
