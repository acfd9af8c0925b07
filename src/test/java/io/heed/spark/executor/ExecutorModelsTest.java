package io.heed.spark.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.architecture.ModelCheckpoint;
import io.heed.checkpoint.BertCheckpointFixture;
import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.WordPieceFixture;
import io.heed.kernel.KernelChoice;
import io.heed.model.ModelHead;
import io.heed.spark.executor.ExecutorModels.LoadedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutorModelsTest {
  private static final WordPieceFixture PIECES = WordPieceFixture.ascii();

  @TempDir Path directory;

  @Test
  void tasks_that_come_together_share_one_load() throws Exception {
    ModelReference reference = reference(write("model", 1), KernelChoice.REFERENCE);
    int before = ExecutorModels.loads();
    Callable<LoadedModel> task = () -> ExecutorModels.get(reference);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<LoadedModel>> models = threads.invokeAll(Collections.nCopies(32, task));
      LoadedModel first = models.get(0).get();
      for (Future<LoadedModel> model : models) {
        assertThat(model.get().model()).isSameAs(first.model());
        assertThat(model.get().tokenizer()).isSameAs(first.tokenizer());
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(ExecutorModels.loads() - before).isEqualTo(1);
  }

  @Test
  void the_same_files_elsewhere_are_the_same_model() throws IOException {
    ModelReference here = reference(write("here", 2), KernelChoice.REFERENCE);
    ModelReference there = reference(write("there", 2), KernelChoice.REFERENCE);
    assertThat(here).isNotEqualTo(there);
    assertThat(ExecutorModels.get(there).model()).isSameAs(ExecutorModels.get(here).model());
  }

  @Test
  void other_kernels_pack_a_copy_of_their_own() throws IOException {
    Path model = write("model", 3);
    LoadedModel simd = ExecutorModels.get(reference(model, KernelChoice.SIMD));
    LoadedModel reference = ExecutorModels.get(reference(model, KernelChoice.REFERENCE));
    LoadedModel chosen = ExecutorModels.get(reference(model, KernelChoice.AUTO));
    assertThat(reference.model()).isNotSameAs(simd.model());
    assertThat(chosen.model()).isSameAs(simd.model());
  }

  @Test
  void files_that_differ_from_the_drivers_fail_with_both_hashes() throws IOException {
    Path model = write("model", 4);
    ModelReference driver = reference(model, KernelChoice.REFERENCE);
    write("model", 5);
    String hash = reference(model, KernelChoice.REFERENCE).hash();

    assertThatThrownBy(() -> ExecutorModels.get(driver))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("differs from the driver's")
        .hasMessageContaining(model.toString())
        .hasMessageContaining(driver.hash())
        .hasMessageContaining(hash);
  }

  @Test
  void a_failed_load_is_tried_again_by_the_next_task() throws IOException {
    Path model = write("model", 6);
    ModelReference reference = reference(model, KernelChoice.REFERENCE);
    Path away = Files.move(model, directory.resolve("away"));
    assertThatThrownBy(() -> ExecutorModels.get(reference))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("the checkpoint %s does not exist", model);

    Files.move(away, model);
    assertThat(ExecutorModels.get(reference).model().spec().width()).isEqualTo(16);
  }

  @Test
  void only_texts_need_a_tokenizer() throws IOException {
    Path model = write("model", 7);
    Files.delete(model.resolve("tokenizer.json"));
    Files.delete(model.resolve("vocab.txt"));
    LoadedModel loaded = ExecutorModels.get(reference(model, KernelChoice.REFERENCE));
    assertThatThrownBy(loaded::tokenizer).isInstanceOf(CheckpointException.class);
  }

  private Path write(String name, long seed) throws IOException {
    return BertCheckpointFixture.of(1, 16, 2, PIECES.size(), seed)
        .withTokenizer(PIECES)
        .write(directory.resolve(name));
  }

  private static ModelReference reference(Path model, KernelChoice kernel) {
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(model)) {
      return new ModelReference(
          ModelLocation.of(model.toString()), null, ModelHead.VECTORS, checkpoint.hash(), kernel);
    }
  }
}
