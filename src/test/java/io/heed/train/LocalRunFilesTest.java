package io.heed.train;

import io.heed.training.LocalRunFiles;
import io.heed.training.RunFiles;
import java.nio.file.Path;

class LocalRunFilesTest extends RunFilesContract {
  @Override
  RunFiles of(Path directory) {
    return new LocalRunFiles(directory);
  }
}
