package io.heed.train;

import io.heed.corpus.CorpusFiles;
import io.heed.corpus.CorpusFilesContract;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;

class HadoopCorpusFilesTest extends CorpusFilesContract {
  @Override
  protected CorpusFiles of(Path directory) throws IOException {
    return new HadoopCorpusFiles(directory.toUri().toString(), new Configuration(false));
  }
}
