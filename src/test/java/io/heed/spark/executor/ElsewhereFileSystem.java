package io.heed.spark.executor;

import io.heed.RawLocalFiles;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;

/** The local file system under a scheme of its own, as a store that only Hadoop can read. */
public final class ElsewhereFileSystem extends RawLocalFiles {
  private static final URI ROOT = URI.create("elsewhere:///");

  /** The setting that makes Spark know the scheme. */
  public static final String KEY = "spark.hadoop.fs.elsewhere.impl";

  @Override
  public URI getUri() {
    return ROOT;
  }

  @Override
  public String getScheme() {
    return ROOT.getScheme();
  }

  @Override
  public void initialize(URI uri, Configuration conf) throws java.io.IOException {
    super.initialize(ROOT, conf);
  }
}
