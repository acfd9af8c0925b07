package io.heed.spark.executor;

import io.heed.kernel.KernelChoice;
import io.heed.settings.Setting;
import io.heed.settings.SettingSource;
import io.heed.settings.ValueType;
import java.util.List;

/** The settings of whatever computes with a checkpoint. */
public final class ModelSettings implements SettingSource {
  /** Values in the hidden states of a batch, where {@code --batch-tokens} says nothing else. */
  public static final int BATCH_VALUES = 768 * 1024;

  /** Tokens of a batch of which a table gives means. */
  static final int TABLE_TOKENS = 16 * 1024;

  public static final Setting<String> MODEL =
      Setting.ofRun(
              "model",
              ValueType.text("DIR"),
              "Hugging Face checkpoint: a directory on every node, the name of an entry of --archives, a"
                  + " Hadoop URI, or ORG/NAME[@REVISION] that every node has in its Hugging Face"
                  + " cache")
          .ofExecution();
  public static final Setting<Integer> BATCH_TOKENS =
      Setting.of(
              "batch-tokens",
              ValueType.integer(1, 1 << 20),
              "Tokens computed together, which bounds the memory of a task; a longer row is computed"
                  + " alone")
          .withUnit("tokens; in jobs/attend vectors, of queries and context")
          .withModelDefault(
              BATCH_VALUES
                  + " / the checkpoint's hidden_size where that is less, "
                  + TABLE_TOKENS
                  + " for means of a static table")
          .withDefault(1024)
          .ofExecution();
  public static final Setting<KernelChoice> KERNEL =
      Setting.of(
              "kernel",
              ValueType.choice(KernelChoice.class),
              "Which kernels compute; both give the same bits, simd fails where it cannot run")
          .withDefault(KernelChoice.AUTO)
          .ofExecution();

  @Override
  public List<Setting<?>> settings() {
    return List.of(BATCH_TOKENS, KERNEL);
  }
}
