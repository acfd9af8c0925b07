package io.heed.corpus;

import java.nio.file.Path;

class LocalCorpusFilesTest extends CorpusFilesContract {
  @Override
  protected CorpusFiles of(Path directory) {
    return new LocalCorpusFiles(directory);
  }
}
