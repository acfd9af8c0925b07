package io.heed.rapids;

import io.heed.gpu.GpuEmbedder;
import io.heed.gpu.NoGpuException;
import io.heed.model.Transformer;
import io.heed.settings.SettingException;
import io.heed.spark.executor.ExecutorCache;
import io.heed.spark.executor.ExecutorModels;
import io.heed.spark.executor.ModelReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The models on the GPU of this process: each is brought there once and shared by all tasks. One
 * that no call uses gives way to the next.
 *
 * <p>No lock is held while memory of the device is taken: the plugin lets a thread wait for memory
 * that others hold, and these must not wait for the thread. So two that begin at the same time may
 * both bring the weights, and one of them gives its own back.
 */
final class GpuModels {
  private static final ExecutorCache<Key, Transformer> ON_HEAP = new ExecutorCache<>();
  private static final Map<Key, Held> HELD = new HashMap<>();

  private GpuModels() {}

  /** What makes two models the same. */
  private record Key(String hash, String task) {
    static Key of(ModelReference reference) {
      return new Key(reference.hash(), reference.task());
    }
  }

  /** A model on the GPU and how many calls use it. */
  private static final class Held {
    private final GpuEmbedder embedder;
    private int users;

    Held(GpuEmbedder embedder) {
      this.embedder = embedder;
    }
  }

  /** A model that stays on the GPU until this is closed. */
  record Lease(Key key, GpuEmbedder embedder) implements AutoCloseable {
    @Override
    public void close() {
      synchronized (HELD) {
        HELD.get(key).users--;
      }
    }
  }

  /**
   * A model on the GPU.
   *
   * @throws SettingException when this process has no GPU for it
   */
  static Lease lease(ModelReference reference) {
    Key key = Key.of(reference);
    Lease there = lease(key);
    if (there != null) {
      return there;
    }
    Transformer model = ON_HEAP.get(key, () -> ExecutorModels.load(reference));
    return publish(key, open(model));
  }

  private static Lease lease(Key key) {
    synchronized (HELD) {
      Held held = HELD.get(key);
      if (held == null) {
        return null;
      }
      held.users++;
      return new Lease(key, held.embedder);
    }
  }

  private static GpuEmbedder open(Transformer model) {
    try {
      return GpuEmbedder.open(model, CudfMemory.ofProcess());
    } catch (NoGpuException e) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "the GPU of %s: %s; %s cpu computes without",
              ExecutorModels.executor(),
              e.getMessage(),
              DeviceSettings.DEVICE.option()));
    }
  }

  private static Lease publish(Key key, GpuEmbedder own) {
    List<GpuEmbedder> useless = new ArrayList<>();
    Lease lease;
    synchronized (HELD) {
      if (HELD.containsKey(key)) {
        useless.add(own);
      } else {
        HELD.values().removeIf(held -> held.users == 0 && useless.add(held.embedder));
        HELD.put(key, new Held(own));
      }
      lease = lease(key);
    }
    useless.forEach(GpuEmbedder::close);
    return lease;
  }
}
