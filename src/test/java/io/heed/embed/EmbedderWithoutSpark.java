package io.heed.embed;

import java.nio.file.Path;
import java.util.Arrays;

/** Prints a vector, in a JVM of its own that has no Spark. */
final class EmbedderWithoutSpark {
  private EmbedderWithoutSpark() {}

  public static void main(String[] arguments) {
    try {
      Class.forName("org.apache.spark.SparkConf");
      System.out.println("Spark is there");
    } catch (ClassNotFoundException e) {
      try (Embedder embedder = Embedder.open(Path.of(arguments[0]))) {
        System.out.println(Arrays.toString(embedder.embed(arguments[1])));
      }
    }
  }
}
