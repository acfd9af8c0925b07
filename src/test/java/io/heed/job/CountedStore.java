package io.heed.job;

import io.heed.LocalStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;

/** The local file system under a scheme of its own, which knows how often each file was opened. */
public final class CountedStore extends LocalStore {
  private static final URI ROOT = URI.create("counted:///");
  private static final Map<String, Integer> OPENED = new ConcurrentHashMap<>();

  /** Begins to count. */
  static void begin(Configuration configuration) {
    configuration.set("fs.%s.impl".formatted(ROOT.getScheme()), CountedStore.class.getName());
    OPENED.clear();
  }

  /** A local file in this store. */
  static String path(Path file) {
    return ROOT.getScheme() + "://" + file;
  }

  /** How often a file was opened since {@link #begin}. */
  static int opened(Path file) {
    return OPENED.getOrDefault(file.toString(), 0);
  }

  @Override
  public FSDataInputStream open(org.apache.hadoop.fs.Path path, int bufferSize) throws IOException {
    OPENED.merge(path.toUri().getPath(), 1, Integer::sum);
    return super.open(path, bufferSize);
  }

  /** As Hadoop makes it. */
  public CountedStore() {
    super(ROOT.getScheme());
  }

  @Override
  public void initialize(URI uri, Configuration conf) throws IOException {
    super.initialize(ROOT, conf);
  }
}
