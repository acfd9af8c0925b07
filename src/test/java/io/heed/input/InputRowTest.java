package io.heed.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializerInstance;
import org.junit.jupiter.api.Test;
import scala.reflect.ClassTag;

class InputRowTest extends SparkSuite {
  private static final PayloadColumn QUERY = new PayloadColumn("query", PayloadType.VECTORS);

  private List<InputRow> jsonRows() throws IOException {
    Path file =
        write(
            "a.jsonl",
            "{\"id\": 1, \"query\": [[1, 2], [3, 4]], \"k\": [1]}\n{\"id\": 2, \"query\": 5, \"k\": []}\n");
    return rows(withPayload(texts(file, "k"), QUERY));
  }

  private List<InputRow> parquetRows() {
    Path path = directory.resolve("p");
    spark
        .sql(
            "SELECT * FROM VALUES (1, array(array(1F, 2F)), array(1), 'a'),"
                + " (2, array(array(3F, NULL)), NULL, 'a') AS t(id, query, k, other)")
        .coalesce(1)
        .write()
        .parquet(path.toString());
    return rows(withPayload(texts(path, "k"), QUERY));
  }

  @Test
  void serializersOfSparkCarryRows() throws IOException {
    SparkConf conf = new SparkConf(false);
    List<SerializerInstance> serializers =
        List.of(new KryoSerializer(conf).newInstance(), new JavaSerializer(conf).newInstance());
    ClassTag<InputRow> tag = ClassTag.apply(InputRow.class);
    List<InputRow> rows = Stream.concat(jsonRows().stream(), parquetRows().stream()).toList();
    for (InputRow row : rows) {
      for (SerializerInstance serializer : serializers) {
        InputRow copy = serializer.deserialize(serializer.serialize(row, tag), tag);
        assertThat(copy.id()).isEqualTo(row.id());
        assertThat(copy.payload()).isEqualTo(row.payload());
        assertThat(copy.kept()).isEqualTo(row.kept());
        assertThat(copy.rejection()).isEqualTo(row.rejection());
        assertThat(copy.source()).isEqualTo(row.source());
        assertThat(copy.position()).isEqualTo(row.position());
        assertThat(copy.units()).isEqualTo(row.units()).isPositive();
        assertThat(copy.raw()).isEqualTo(row.raw());
        assertThat(copy.bytes()).isEqualTo(row.bytes());
      }
    }
    assertThat(rows)
        .extracting(row -> row.rejection().isPresent())
        .containsExactly(false, true, false, true);
  }

  @Test
  void takesMorePayloadAndCountsIt() throws IOException {
    float[][] more = new float[10][1000];
    for (InputRow row : List.of(jsonRows().get(0), parquetRows().get(0))) {
      InputRow wider = row.withPayload(more, null);
      assertThat(wider.payload()).containsExactly(row.payload()[0], more, null);
      assertThat(wider.bytes() - row.bytes()).isBetween(40_000L, 41_000L);
      assertThat(wider.withPayload(more).bytes() - row.bytes()).isBetween(80_000L, 82_000L);
      assertThat(wider).usingRecursiveComparison().ignoringFields("payload").isEqualTo(row);
    }
    InputRow rejected = jsonRows().get(1);
    assertThatThrownBy(() -> rejected.withPayload(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "a rejected row has no payload (column query: 5 is not of type array<array<float>>)");
  }

  @Test
  void countsItsIdAndWhatIsWrongWithIt() throws IOException {
    String id = "i".repeat(1000);
    Path file = write("ids.jsonl", "{\"id\": \"%s\", \"text\": \"x\"}\n".formatted(id));
    InputRow row = rows(texts(file)).get(0);
    assertThat(row.bytes()).isBetween(4000L, 4300L); // As read, and as a value.
    InputRow rejected = row.rejected(new Rejection(Reason.NULL_TEXT, "m".repeat(1000)));
    assertThat(rejected.bytes() - row.bytes()).isBetween(1900L, 2100L);
  }

  @Test
  void canBeRejectedLater() throws IOException {
    Rejection why = new Rejection(Reason.MISSING_CONTEXT, "no context");
    InputRow row = jsonRows().get(0);
    InputRow rejected = row.rejected(why);
    assertThat(rejected.rejection()).contains(why);
    assertThat(rejected.payload()).isEmpty();
    assertThat(rejected.kept()).isEmpty();
    assertThat(rejected)
        .usingRecursiveComparison()
        .ignoringFields("payload", "payloadRead", "kept", "reason", "message")
        .isEqualTo(row);
  }
}
