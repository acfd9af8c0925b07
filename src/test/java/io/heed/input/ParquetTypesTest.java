package io.heed.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.row.Rejection.Reason;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.Period;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Columns of types that Spark cannot read, and columns whose types differ between files. */
class ParquetTypesTest extends SparkSuite {
  private static final String TEXTS = "required int32 id; required binary text (STRING); ";

  @AfterEach
  void standardSettings() {
    for (String key :
        List.of(
            "spark.sql.parquet.enableVectorizedReader", "spark.sql.legacy.parquet.nanosAsLong")) {
      spark.conf().unset(key);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "optional fixed_len_byte_array(2) x (FLOAT16);",
        "optional int64 x (TIMESTAMP(NANOS,true));",
        "optional int64 x (TIMESTAMP(NANOS,false));",
        "optional int32 x (TIME(MILLIS,true));",
        "optional int64 x (TIME(MICROS,true));",
        "optional int64 x (TIME(NANOS,false));",
        "optional fixed_len_byte_array(12) x (INTERVAL);",
        "optional fixed_len_byte_array(16) x (UUID);",
        "optional group x { optional fixed_len_byte_array(2) y (FLOAT16); }",
        "optional group x (LIST) { repeated group list {"
            + " optional int64 element (TIMESTAMP(NANOS,true)); } }",
        "optional group x (MAP) { repeated group key_value {"
            + " required binary key (STRING); optional int32 value (TIME(MILLIS,true)); } }",
        "optional int32 `a.b`; optional int32 `a` ; optional int32 `A`;",
        "optional int32 Text; optional int32 TEXT; optional int32 x;"
      })
  void columnsThatAreNotNeededMayBeOfAnyType(String fields) throws IOException {
    Path file =
        ParquetFiles.write(
            directory.resolve("a.parquet"),
            TEXTS + fields.replace("`", ""),
            row -> row.append("id", 1).append("text", "a"),
            row -> row.append("id", 2).append("text", "b"));
    assertThat(outcomes(texts(file))).containsExactly("a", "b");
    assertThat(rows(texts(file))).extracting(InputRow::id).containsExactly(1, 2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "optional fixed_len_byte_array(2) x (FLOAT16);|x is of type FLOAT16|as float",
        "optional int64 x (TIMESTAMP(NANOS,true));|x is of type TIMESTAMP(NANOS,true)|nanosAsLong",
        "optional int32 x (TIME(MILLIS,true));|x is of type TIME(MILLIS,true)|another type",
        "optional fixed_len_byte_array(12) x (INTERVAL);|x is of type INTERVAL|another type",
        "optional group x { optional fixed_len_byte_array(2) y (FLOAT16); }"
            + "|x.y is of type FLOAT16|as float"
      })
  void aNeededOneIsRefusedByItsName(String fields, String what, String remedy) throws IOException {
    Path file = ParquetFiles.write(directory.resolve("a.parquet"), TEXTS + fields);
    assertThatThrownBy(() -> open(texts(file, "x")))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("cannot read file:" + file + ": column " + what)
        .hasMessageContaining(remedy);
    assertThatThrownBy(() -> open(withId(texts(file), "x")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("column " + what);
  }

  @Test
  void nanosecondsAreReadAsNumbersWhereAsked() throws IOException {
    Path file =
        ParquetFiles.write(
            directory.resolve("a.parquet"),
            TEXTS + "required int64 x (TIMESTAMP(NANOS,true));",
            row -> row.append("id", 1).append("text", "a").append("x", 1_700_000_000_123_456_789L));
    spark.conf().set("spark.sql.legacy.parquet.nanosAsLong", true);
    assertThat(rows(texts(file, "x")).get(0).kept()[0]).isEqualTo(1_700_000_000_123_456_789L);
    assertThat(open(texts(file, "x")).notes())
        .containsExactly(
            "spark.sql.legacy.parquet.nanosAsLong is true: times in nanoseconds are read as whole"
                + " numbers");
  }

  @Test
  void fieldsOfRecordsThatAreNotNeededMayBeOfAnyType() throws IOException {
    PayloadType.Records type = RecordsInputTest.BAR;
    String bar =
        "required double open; required double high; required double low; required double close;"
            + " required double volume; optional int64 date (TIMESTAMP(NANOS,false));";
    Path file =
        ParquetFiles.write(
            directory.resolve("a.parquet"),
            "required int32 id; optional group bars (LIST) { repeated group list {"
                + " optional group element {%s} } }".formatted(bar),
            row -> {
              var element = row.append("id", 1).addGroup("bars").addGroup("list");
              var values = element.addGroup("element");
              double value = 1;
              for (String name : type.fields()) {
                values.append(name, value++);
              }
              values.append("date", 5L);
            });
    InputRequest bars = withPayload(texts(file), new PayloadColumn("bars", type));
    assertThat((double[][]) rows(bars).get(0).payload()[0])
        .isDeepEqualTo(new double[][] {{1, 2, 3, 4, 5}});
    InputRequest kept = withPayload(texts(file, "bars"), new PayloadColumn("bars", type));
    assertThatThrownBy(() -> open(kept))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("bars.list.element.date is of type TIMESTAMP(NANOS,false)");
  }

  /** Two files in both orders of their names, by both of Spark's readers: type and values. */
  private void assertWidest(String one, String other, String type, Object... values)
      throws IOException {
    for (boolean vectorized : new boolean[] {true, false}) {
      spark.conf().set("spark.sql.parquet.enableVectorizedReader", vectorized);
      for (String[] names : new String[][] {{"a", "b"}, {"b", "a"}}) {
        Path in = Files.createTempDirectory(directory, "in");
        spark.sql(one).coalesce(1).write().parquet(in.resolve(names[0]).toString());
        spark.sql(other).coalesce(1).write().parquet(in.resolve(names[1]).toString());
        InputRequest request = texts(in, "x");
        assertThat(open(request).keptFields().get(0).dataType().catalogString()).isEqualTo(type);
        List<Object> read = new ArrayList<>();
        rows(request).forEach(row -> read.add(shown(row.kept()[0])));
        assertThat(read)
            .containsExactlyInAnyOrder(Arrays.stream(values).map(this::shown).toArray());
      }
    }
  }

  private Object shown(Object value) {
    return value == null ? "null" : value + " " + value.getClass().getSimpleName();
  }

  private static String of(String... values) {
    List<String> rows = new ArrayList<>();
    for (String value : values) {
      rows.add("SELECT 1 AS id, 't' AS text, " + value + " AS x");
    }
    return String.join(" UNION ALL ", rows);
  }

  @Test
  void wholeNumbersAreReadInTheWidestType() throws IOException {
    assertWidest(of("-7", "-7", "NULL"), of("3000000000L"), "bigint", -7L, -7L, null, 3000000000L);
    assertWidest(of("-7Y"), of("300S"), "smallint", (short) -7, (short) 300);
    assertWidest(of("-7S", "-7S"), of("70000"), "int", -7, -7, 70000);
    assertWidest(of("-7Y"), of("3000000000L"), "bigint", -7L, 3000000000L);
  }

  @Test
  void fractionsAreReadInTheWidestType() throws IOException {
    assertWidest(of("0.5F", "0.5F"), of("0.1D"), "double", 0.5, 0.5, 0.1);
    assertWidest(of("7", "7"), of("0.1D"), "double", 7.0, 7.0, 0.1);
    assertWidest(of("16777217"), of("0.5F"), "double", 16777217.0, 0.5);
    assertWidest(
        of("CAST(1.5 AS DECIMAL(5,2))", "CAST(1.5 AS DECIMAL(5,2))"),
        of("CAST(123456789012.5 AS DECIMAL(14,1))"),
        "decimal(15,2)",
        new BigDecimal("1.50"),
        new BigDecimal("1.50"),
        new BigDecimal("123456789012.50"));
    assertWidest(
        of("CAST(1.5 AS DECIMAL(20,2))"),
        of("CAST(2.125 AS DECIMAL(6,3))"),
        "decimal(21,3)",
        new BigDecimal("1.500"),
        new BigDecimal("2.125"));
    assertWidest(
        of("-7", "-7"),
        of("CAST(1.5 AS DECIMAL(5,2))"),
        "decimal(12,2)",
        new BigDecimal("-7.00"),
        new BigDecimal("-7.00"),
        new BigDecimal("1.50"));
    assertWidest(
        of("3000000000L"),
        of("CAST(1.5 AS DECIMAL(5,2))"),
        "decimal(22,2)",
        new BigDecimal("3000000000.00"),
        new BigDecimal("1.50"));
  }

  @Test
  void nestedAndOtherTypesAreReadInTheWidestType() throws IOException {
    assertWidest(
        of("DATE '2024-02-29'", "DATE '2024-02-29'"),
        of("TIMESTAMP_NTZ '2024-02-29 12:00:00'"),
        "timestamp_ntz",
        LocalDateTime.parse("2024-02-29T00:00"),
        LocalDateTime.parse("2024-02-29T00:00"),
        LocalDateTime.parse("2024-02-29T12:00"));
    Path in = directory.resolve("in");
    spark
        .sql("SELECT 1 AS id, array(1, 2) AS tokens, named_struct('a', 1, 'b', 'x') AS s, 1 AS n")
        .write()
        .parquet(in + "/a");
    spark
        .sql(
            "SELECT array(3L, NULL) AS tokens, map('k', 1) AS unused,"
                + " named_struct('c', 2D, 'a', 5L) AS s, 2L AS id, CAST(NULL AS INT) AS n")
        .write()
        .parquet(in + "/b");
    InputRequest request =
        withPayload(texts(in, "s", "n"), new PayloadColumn("tokens", PayloadType.TOKEN_IDS));
    assertThat(open(request).keptFields().get(0).dataType().catalogString())
        .isEqualTo("struct<a:bigint,b:string,c:double>");
    List<InputRow> rows = rows(request);
    assertThat((int[]) rows.get(0).payload()[0]).containsExactly(1, 2);
    assertThat(outcome(rows.get(1))).isEqualTo(Reason.WRONG_TYPE);
    assertThat(((Row) rows.get(0).kept()[0]).mkString(" ")).isEqualTo("1 x null");
    assertThat(rows).extracting(InputRow::id).containsExactly(1L, 2L);
  }

  @Test
  void timesAreReadByTheUnitOfEachFile() throws IOException {
    String field = TEXTS + "required int64 x (TIMESTAMP(%s,true));";
    ParquetFiles.write(
        directory.resolve("in/a.parquet"),
        field.formatted("MILLIS"),
        row -> row.append("id", 1).append("text", "a").append("x", 1_700_000_000_123L));
    ParquetFiles.write(
        directory.resolve("in/b.parquet"),
        field.formatted("MICROS"),
        row -> row.append("id", 2).append("text", "b").append("x", 1_700_000_000_123_456L));
    assertThat(rows(texts(directory.resolve("in"), "x")))
        .extracting(row -> row.kept()[0].toString())
        .containsExactly("2023-11-14T22:13:20.123Z", "2023-11-14T22:13:20.123456Z");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "required int32 x;|required binary x (STRING);|int|string",
        "required int64 x;|required double x;|bigint|double",
        "required binary x;|required binary x (STRING);|binary|string",
        "required boolean x;|required int32 x;|boolean|int",
        "required int32 x (DATE);|required int64 x (TIMESTAMP(MICROS,true));|date|timestamp",
        "required int32 x;|required group x { required int32 y; }|int|struct<y:int>",
        "required int32 x (INTEGER(32,false));|required double x;|bigint|double",
        "required int32 x (INTEGER(32,false));|required int64 x (INTEGER(64,false));"
            + "|bigint|decimal(20,0)",
        "required fixed_len_byte_array(16) x (DECIMAL(38,0));"
            + "|required fixed_len_byte_array(16) x (DECIMAL(38,2));|decimal(38,0)|decimal(38,2)"
      })
  void typesThatDoNotGoTogetherAreRefusedWithBothFiles(
      String one, String other, String type, String otherType) throws IOException {
    for (String in : List.of("a b", "b a")) {
      String[] names = in.split(" ");
      Path path = directory.resolve(in);
      Path first = ParquetFiles.write(path.resolve(names[0] + ".parquet"), TEXTS + one);
      Path second = ParquetFiles.write(path.resolve(names[1] + ".parquet"), TEXTS + other);
      assertThatThrownBy(() -> open(texts(path, "x")))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("column x is of type ")
          .hasMessageContaining("of type " + type + " in file:" + first)
          .hasMessageContaining("of type " + otherType + " in file:" + second);
      assertThat(open(texts(path)).totalUnits()).isZero();
    }
  }

  @Test
  void unsignedNumbersKeepTheirValues() throws IOException {
    String field = TEXTS + "required %s;";
    ParquetFiles.write(
        directory.resolve("in/a.parquet"),
        field.formatted("int32 x (INTEGER(32,false))"),
        row -> row.append("id", 1).append("text", "a").append("x", -1));
    ParquetFiles.write(
        directory.resolve("in/b.parquet"),
        field.formatted("int64 x"),
        row -> row.append("id", 2).append("text", "b").append("x", -1L));
    for (boolean vectorized : new boolean[] {true, false}) {
      spark.conf().set("spark.sql.parquet.enableVectorizedReader", vectorized);
      assertThat(rows(texts(directory.resolve("in"), "x")))
          .extracting(row -> row.kept()[0])
          .containsExactly(4294967295L, -1L);
    }
  }

  @Test
  void aColumnThatIsNullInAllOfAFileIsNull() throws IOException {
    MessageType nulls =
        new MessageType(
            "m",
            Types.required(PrimitiveTypeName.INT32).named("id"),
            Types.optional(PrimitiveTypeName.INT32)
                .as(LogicalTypeAnnotation.unknownType())
                .named("text"));
    ParquetFiles.write(directory.resolve("in/a.parquet"), nulls, row -> row.append("id", 1));
    assertThat(outcomes(texts(directory.resolve("in")))).containsExactly((Object) null);
    ParquetFiles.write(
        directory.resolve("in/b.parquet"), TEXTS, row -> row.append("id", 2).append("text", "b"));
    assertThat(outcomes(texts(directory.resolve("in")))).containsExactly(null, "b");
    assertThat(rows(texts(directory.resolve("in")))).extracting(InputRow::id).containsExactly(1, 2);
  }

  @Test
  void aColumnThatIsThereTwiceIsRefused() throws IOException {
    Path file =
        ParquetFiles.write(
            directory.resolve("a.parquet"),
            TEXTS + "optional int32 x; optional int32 x;",
            row -> row.append("id", 1).append("text", "a"));
    assertThat(outcomes(texts(file))).containsExactly("a");
    assertThatThrownBy(() -> open(texts(file, "x")))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith("column x is there more than once");
  }

  @Test
  void typesOfSparkComeBackAsTheyWere() {
    Path path = directory.resolve("spark");
    spark
        .sql(
            "SELECT 1 AS id, 't' AS text, INTERVAL '1-2' YEAR TO MONTH AS months,"
                + " INTERVAL '1' DAY AS days, 1Y AS small, parse_json('[1]') AS json")
        .write()
        .parquet(path.toString());
    assertThat(open(texts(path, "months", "days", "small", "json")).keptFields())
        .extracting(field -> field.dataType().catalogString())
        .containsExactly("interval year to month", "interval day", "tinyint", "variant");
    assertThat(rows(texts(path, "months", "small")).get(0).kept())
        .containsExactly(Period.of(1, 2, 0), (byte) 1);
  }

  @Test
  void noClassIsLoadedBecauseAFileNamesIt() throws IOException {
    String loaded = "io.heed.input.ParquetTypesTest$Loaded";
    MessageType schema =
        new MessageType(
            "m",
            Types.required(PrimitiveTypeName.INT32).named("id"),
            Types.required(PrimitiveTypeName.BINARY)
                .as(LogicalTypeAnnotation.stringType())
                .named("text"));
    FileMetaData file =
        new FileMetaData(
            schema,
            Map.of(
                "org.apache.spark.sql.parquet.row.metadata",
                ("{\"type\":\"struct\",\"fields\":[{\"name\":\"text\",\"type\":{\"type\":\"udt\","
                        + "\"class\":\"%s\",\"sqlType\":\"string\"},\"nullable\":true,"
                        + "\"metadata\":{}}]}")
                    .formatted(loaded)),
            "test");
    assertThat(
            new FooterTypes(Map.of()).column(file, "text", ColumnUse.WHOLE).type().catalogString())
        .isEqualTo("string");
  }
}
