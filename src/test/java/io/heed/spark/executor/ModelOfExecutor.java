package io.heed.spark.executor;

import io.heed.architecture.ModelCheckpoint;
import io.heed.kernel.KernelChoice;
import io.heed.model.ModelHead;
import java.nio.file.Path;

/** The model that the tasks of this JVM share. */
public final class ModelOfExecutor {
  private ModelOfExecutor() {}

  /** What keeps the weights in memory while it is held. */
  public static Object held(Path directory) {
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(directory)) {
      return ExecutorModels.get(
          new ModelReference(
              ModelLocation.of(directory.toString()),
              null,
              ModelHead.VECTORS,
              checkpoint.hash(),
              KernelChoice.AUTO));
    }
  }
}
