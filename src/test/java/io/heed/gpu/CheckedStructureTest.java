package io.heed.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.architecture.ModelCheckpoint;
import io.heed.kernel.ReferenceKernels;
import io.heed.model.ModelHead;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a driver says of a model whose weights it has not read is what holds of the model. */
class CheckedStructureTest {
  static Stream<Path> checkpoints() throws IOException {
    return Files.list(Path.of("src/test/resources/goldens/encoders")).filter(Files::isDirectory);
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void rulesNeedNoWeights(Path folder) {
    ReferenceKernels kernels = new ReferenceKernels();
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(folder)) {
      assertThat(EncoderRules.fault(checkpoint.structure()))
          .isEqualTo(EncoderRules.fault(checkpoint.load(kernels)));
      assertThat(EncoderRules.fault(checkpoint.headStructure()))
          .isEqualTo(EncoderRules.fault(checkpoint.head(ModelHead.VECTORS, kernels)));
    }
  }
}
