package io.heed.train;

import io.heed.corpus.CorpusFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The files of a corpus in a directory of any store that Hadoop knows. */
public final class HadoopCorpusFiles implements CorpusFiles {
  private final HadoopDirectory directory;

  /** The files of a directory, which is made with the first of them. */
  public HadoopCorpusFiles(String directory, Configuration configuration) throws IOException {
    this.directory = new HadoopDirectory(directory, configuration);
  }

  private Path path(String name) {
    return directory.file(CorpusFiles.requireName(name));
  }

  @Override
  public OutputStream create(String name) throws IOException {
    return directory.create(path(name));
  }

  @Override
  public boolean exists(String name) throws IOException {
    try {
      return directory.files().getFileStatus(path(name)).isFile();
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  @Override
  public long length(String name) throws IOException {
    return directory.files().getFileStatus(path(name)).getLen();
  }

  @Override
  public void read(String name, long position, byte[] target, int count) throws IOException {
    directory.read(path(name), position, target, count);
  }
}
