package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heed.checkpoint.Sha256;
import io.heed.embed.EmbedJob;
import io.heed.output.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.junit.jupiter.api.Test;

/** What files tell of how they were made. */
class ProvenanceTest extends JobSuite {
  private static final String MODEL = EmbedSandbox.SAMPLE_DATA.resolve("checkpoint").toString();

  ProvenanceTest() {
    super(EmbedJob::new);
  }

  /** What Heed has put into the metadata of every file of the output. */
  private List<Map<String, String>> told() throws IOException {
    List<Map<String, String>> told = new ArrayList<>();
    try (Stream<Path> files = Files.walk(output)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".parquet")).toList()) {
        told.add(told(file));
      }
    }
    return told;
  }

  private static Map<String, String> told(Path file) throws IOException {
    Map<String, String> told = new TreeMap<>();
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            HadoopInputFile.fromPath(
                new org.apache.hadoop.fs.Path(file.toUri()), new Configuration()))) {
      reader
          .getFooter()
          .getFileMetaData()
          .getKeyValueMetaData()
          .forEach(
              (key, value) -> {
                if (key.startsWith("heed.")) {
                  told.put(key, value);
                }
              });
    }
    return told;
  }

  @Test
  void everyFileSaysWhatMadeIt() throws IOException {
    Path input = EmbedSandbox.SAMPLE_DATA.resolve("with-bad-rows.jsonl");
    assertDone(run(input, "--model", MODEL, "--max-rejected-fraction", "0.5", "--partitions", "3"));

    List<Map<String, String>> files = told();
    assertThat(files).hasSizeGreaterThan(2);
    assertThat(files).allMatch(files.get(0)::equals);
    Map<String, String> told = files.get(0);
    assertThat(told)
        .containsEntry("heed.version", "development")
        .containsEntry("heed.numerics", Integer.toString(Provenance.NUMERICS))
        .containsEntry("heed.job", "embed")
        .containsEntry("heed.model.sha256", report().at("/model/hash").asText())
        .containsEntry(
            "heed.tokenizer.sha256", Sha256.of(Path.of(MODEL).resolve("tokenizer.json")));
    JsonNode settings = new ObjectMapper().readTree(told.get("heed.settings"));
    assertThat(settings.get("pooling").asText()).isEqualTo("mean");
    assertThat(settings.get("max-length").asText()).isEqualTo("256");
    assertThat(settings.fieldNames())
        .toIterable()
        .doesNotContain("input", "output", "model", "batch-tokens", "partitions", "kernel");
  }

  @Test
  void howARunGoesIsNotTold() throws IOException {
    Path input = EmbedSandbox.SAMPLE_DATA.resolve("sentences.csv");
    assertDone(run(input, "--model", MODEL));
    Map<String, String> one = told().get(0);

    assertDone(run(input, "--model", MODEL, "--overwrite", "--batch-tokens", "8"));
    assertThat(told().get(0)).isEqualTo(one);

    assertDone(run(input, "--model", MODEL, "--overwrite", "--prompt", "x "));
    assertThat(told().get(0)).isNotEqualTo(one);
  }

  /** Hadoop puts values of its own in the place of such texts. */
  @Test
  void aTextIsToldAsItIs() throws IOException {
    Path input = EmbedSandbox.SAMPLE_DATA.resolve("sentences.csv");
    assertDone(run(input, "--model", MODEL, "--prompt", "${user.name} ${env.HOME}: "));

    assertThat(told())
        .allMatch(file -> file.get("heed.settings").contains("${user.name} ${env.HOME}: "));
  }

  @Test
  void noTokenizerIsToldWhereNoneMadeTokens() throws IOException {
    Path input = EmbedSandbox.SAMPLE_DATA.resolve("token-ids.jsonl");
    assertDone(run(input, "--model", MODEL, "--tokens-column", "tokens"));

    assertThat(told()).noneMatch(file -> file.containsKey("heed.tokenizer.sha256"));
  }
}
