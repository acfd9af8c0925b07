package io.heed.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.heed.checkpoint.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
  void theCodeIsThatOfTheSource(@TempDir Path compiled) throws IOException, InterruptedException {
    Optional<String> compiler = told("nvcc", "--version").filter(told -> told.contains(COMPILER));
    if (compiler.isEmpty()) {
      System.out.println("NOT RUN: the images of the kernels, for there is no nvcc 13.0");
    }
    assumeThat(compiler).isPresent();
    told("bash", "src/main/cuda/compile.sh", "--code-only", compiled.toString());
    for (String code : new String[] {"encoder.ptx", "hopper.ptx"}) {
      assertThat(compiled.resolve(code))
          .as("src/main/cuda/compile.sh writes it anew")
          .hasSameBinaryContentAs(IMAGES.resolve(code));
    }
  }

  /** The script writes the sums when it has made machine code of the code. */
  @Test
  void theMachineCodeIsThatOfTheCode() throws IOException {
    List<String> sums = Files.readAllLines(IMAGES.resolve("images.sha256"));
    assertThat(sums).hasSize(4);
    for (String sum : sums) {
      String[] parts = sum.split(" +");
      assertThat(Sha256.of(IMAGES.resolve(parts[1]))).as(parts[1]).isEqualTo(parts[0]);
    }
  }
}
