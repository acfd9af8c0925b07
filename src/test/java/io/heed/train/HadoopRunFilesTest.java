package io.heed.train;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.LocalStore;
import io.heed.training.RunFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class HadoopRunFilesTest {
  /** As of a path without a scheme, which Spark's settings may complete. */
  @Nested
  class OfLocalDisks extends RunFilesContract {
    @Override
    RunFiles of(Path directory) throws IOException {
      return new HadoopRunFiles(directory.toUri().toString(), new Configuration(false));
    }
  }

  /** A store that Hadoop's {@code FileContext} does not reach. */
  @Nested
  class OfAStore extends RunFilesContract {
    @Override
    RunFiles of(Path directory) throws IOException {
      return new HadoopRunFiles("plain://" + directory, configuration());
    }
  }

  /** A store that can put a file in another's place. */
  @Nested
  class OfAStoreThatReplaces extends RunFilesContract {
    @Override
    RunFiles of(Path directory) throws IOException {
      Configuration configuration = configuration();
      configuration.set("fs.AbstractFileSystem.plain.impl", Context.class.getName());
      return new HadoopRunFiles("plain://" + directory, configuration);
    }
  }

  /** This device is always full. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void whatCannotBeWrittenIsNamed() throws IOException {
    RunFiles files = new HadoopRunFiles("/dev", new Configuration(false));
    assertThatThrownBy(
            () -> {
              try (OutputStream out = files.create("full")) {
                out.write(1);
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessage("file:/dev/full cannot be written: No space left on device");
  }

  private static Configuration configuration() {
    Configuration configuration = new Configuration(false);
    configuration.set("fs.plain.impl", Plain.class.getName());
    return configuration;
  }

  public static final class Plain extends LocalStore {
    public Plain() {
      super("plain");
    }

    /** As HDFS: what is there stays. */
    @Override
    public boolean rename(org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to)
        throws IOException {
      return !exists(to) && super.rename(from, to);
    }
  }

  public static final class Context extends DelegateToFileSystem {
    public Context(URI uri, Configuration configuration) throws IOException, URISyntaxException {
      super(URI.create("plain:///"), new Plain(), configuration, "plain", false);
    }
  }
}
