package io.heed.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The images in the jar are what the kernels' source gives, where that can be compiled. */
class GpuImagesTest {
  private static final Path IMAGES = Path.of("src/main/resources/io/heed/gpu");
  private static final String COMPILER = "release 13.0";

  /** What a command says, if there is one of that name. */
  private static Optional<String> told(String... command) throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      return Optional.empty();
    }
    String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(told).isZero();
    return Optional.of(told);
  }

  @Test
  void areThoseOfTheSource(@TempDir Path compiled) throws IOException, InterruptedException {
    Optional<String> compiler = told("nvcc", "--version").filter(told -> told.contains(COMPILER));
    if (compiler.isEmpty()) {
      System.out.println("NOT RUN: the images of the kernels, for there is no nvcc 13.0");
    }
    assumeThat(compiler).isPresent();
    told("bash", "src/main/cuda/compile.sh", compiled.toString());
    for (String image :
        new String[] {"encoder.fatbin", "encoder.ptx", "hopper.cubin", "hopper.ptx"}) {
      assertThat(compiled.resolve(image))
          .as("src/main/cuda/compile.sh writes it anew")
          .hasSameBinaryContentAs(IMAGES.resolve(image));
    }
  }
}
