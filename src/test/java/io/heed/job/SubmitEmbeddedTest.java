package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jobs/submit} with the real Java and the jars of Spark that the build has linked. */
class SubmitEmbeddedTest {
  private static final String JOB =
      """
      import java.lang.management.ManagementFactory;
      import org.apache.logging.log4j.LogManager;
      import org.apache.spark.SparkConf;

      public class Job {
        public static void main(String[] arguments) {
          SparkConf conf = new SparkConf();
          System.out.println(conf.get("spark.master"));
          System.out.println(conf.get("spark.driver.memory"));
          System.out.println(
              ManagementFactory.getRuntimeMXBean().getInputArguments().contains("-Xmx611m"));
          System.out.println(System.getProperty("heed.home"));
          System.out.println(System.getProperty("given"));
          System.out.println(String.join("|", arguments));
          LogManager.getLogger("io.heed.Job").info("heed speaks");
          LogManager.getLogger("org.apache.spark.Noise").info("spark speaks");
          System.exit(7);
        }
      }
      """;

  @TempDir Path directory;
  private SubmitSandbox sandbox;

  @BeforeEach
  void makeBuiltClone() throws Exception {
    sandbox = new SubmitSandbox(directory).with("JAVA_HOME", System.getProperty("java.home"));
    Files.createDirectories(sandbox.file("target/submit"));
    Files.createDirectories(sandbox.file("target/spark"));
    Path jars = Path.of(System.getenv("SPARK_HOME"), "jars");
    Files.createSymbolicLink(sandbox.file("target/spark/jars"), jars);
    writeJar(sandbox.file("target/submit/heed.jar"));
  }

  @AfterEach
  void unlinkJars() throws Exception {
    Files.delete(sandbox.file("target/spark/jars"));
  }

  @Test
  void runsAJobOnTheSparkThatMavenResolved() throws Exception {
    SubmitSandbox.Run run =
        sandbox
            .with("SPARK_DRIVER_MEMORY", "611m")
            .submit("Job", "a b", "\"$x", "--", "--driver-java-options", "-Dgiven=\"by caller\"");

    assertThat(run.exitCode()).as(run.stderr()).isEqualTo(7);
    String[] lines = run.stdout().split("\n");
    assertThat(lines[0]).isEqualTo("local[*]");
    assertThat(lines[1]).isEqualTo("611m");
    assertThat(lines[2]).as("the heap is that of the driver").isEqualTo("true");
    assertThat(lines[3]).isEqualTo(sandbox.file(".").toRealPath().toString());
    assertThat(lines[4]).isEqualTo("by caller");
    assertThat(lines[5]).isEqualTo("a b|\"$x");
    assertThat(run.stderr()).contains("INFO  Job: heed speaks").doesNotContain("spark speaks");
  }

  @Test
  void reportsWhatTheLauncherOfSparkRefuses() throws Exception {
    SubmitSandbox.Run run = sandbox.submit("Job", "--", "--driver-java-options", "-Xmx1g");

    assertThat(run.exitCode()).isNotZero();
    assertThat(run.stdout()).isEmpty();
    assertThat(run.stderr()).contains("Not allowed to specify max heap(Xmx)");
  }

  private void writeJar(Path jar) throws Exception {
    Path source = Files.writeString(directory.resolve("Job.java"), JOB);
    int failures =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                directory.toString(),
                source.toString());
    assertThat(failures).isZero();
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("Job.class"));
      out.write(Files.readAllBytes(directory.resolve("Job.class")));
    }
  }
}
