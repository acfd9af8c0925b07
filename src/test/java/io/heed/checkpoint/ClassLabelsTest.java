package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.checkpoint.ClassLabels.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code config.json} says of classes. */
class ClassLabelsTest {
  @TempDir private Path directory;

  private ClassLabels read(String config) throws IOException {
    Files.writeString(directory.resolve("config.json"), config.replace('\'', '"'));
    return ClassLabels.read(CheckpointFiles.open(directory, Optional.empty()).config());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | LABEL_0 LABEL_1 | SINGLE_LABEL_CLASSIFICATION",
        "{'num_labels': 1} | LABEL_0 | MULTI_LABEL_CLASSIFICATION",
        "{'id2label': {'1': 'no', '0': 'yes'}} | yes no | SINGLE_LABEL_CLASSIFICATION",
        "{'id2label': {'0': 5, '1': 1.5}} | 5 1.5 | SINGLE_LABEL_CLASSIFICATION",
        "{'id2label': {'0': 'a'}, 'problem_type': null} | a | MULTI_LABEL_CLASSIFICATION",
        "{'num_labels': 3, 'problem_type': 'multi_label_classification'} |"
            + " LABEL_0 LABEL_1 LABEL_2 | MULTI_LABEL_CLASSIFICATION",
        "{'num_labels': 1, 'problem_type': 'regression'} | LABEL_0 | REGRESSION",
        "{'num_labels': 1, 'problem_type': 'single_label_classification'} | LABEL_0 |"
            + " MULTI_LABEL_CLASSIFICATION",
      })
  void namesAndProblem(String config, String names, Problem problem) throws IOException {
    ClassLabels labels = read(config);
    assertThat(labels.names()).isEqualTo(List.of(names.split(" ")));
    assertThat(labels.problem()).isEqualTo(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'id2label': {'0': 'a', '2': 'b'}} | id2label has no label 1, but 2 labels (config.json)",
        "{'id2label': {}} | id2label has no labels (config.json)",
        "{'id2label': {'0': []}} | id2label.0 is ARRAY, expected a string (config.json)",
        "{'problem_type': 'ranking'} | problem_type ranking is not supported; supported: regression,"
            + " single_label_classification, multi_label_classification (config.json)"
      })
  void whatCannotBeIsRefused(String config, String message) {
    assertThatThrownBy(() -> read(config)).hasMessage(message);
  }
}
