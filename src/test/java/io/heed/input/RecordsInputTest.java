package io.heed.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Arrays of structs, as of price bars. */
class RecordsInputTest extends SparkSuite {
  static final PayloadType.Records BAR =
      new PayloadType.Records("bar", List.of("open", "high", "low", "close", "volume"));
  private static final PayloadColumn BARS = new PayloadColumn("bars", BAR);
  private static final String TYPE = "array<struct<open,high,low,close,volume>> of numbers";

  private Path table(String name, String sql) {
    Path path = directory.resolve(name);
    spark.sql(sql).coalesce(1).write().parquet(path.toString());
    return path;
  }

  private static InputRequest bars(Path path) {
    return withPayload(texts(path), BARS);
  }

  private static double[][] bars(InputRow row) {
    return (double[][]) row.payload()[0];
  }

  private static String message(InputRow row) {
    assertThat(outcome(row)).isEqualTo(Reason.WRONG_TYPE);
    return row.rejection().map(Rejection::message).orElseThrow();
  }

  @Test
  void readsBarsOfJson() throws IOException {
    Path file =
        write(
            "a.jsonl",
            """
            {"bars": [{"open": 1, "high": 2.5, "low": 3e-1, "close": 1.25, "volume": 1000000000000}]}
            {"bars": [{"volume": 0, "date": "2026-01-02", "close": 4, "low": 3, "high": 2, "open": 1}, {"open": 5, "high": 6, "low": 7, "close": 8, "volume": 9}]}
            {"bars": []}
            {"bars": null}
            """);
    List<InputRow> rows = rows(bars(file));
    assertThat(bars(rows.get(0))).isDeepEqualTo(new double[][] {{1, 2.5, 0.3, 1.25, 1e12}});
    assertThat(bars(rows.get(1))).isDeepEqualTo(new double[][] {{1, 2, 3, 4, 0}, {5, 6, 7, 8, 9}});
    assertThat(bars(rows.get(2))).isEmpty();
    assertThat(rows.get(3).rejection()).isEmpty();
    assertThat(rows.get(3).payload()[0]).isNull();
    assertThat(rows.get(1).bytes()).isGreaterThan(2 * 5 * 8);
  }

  @Test
  void readsTheFieldsThatItIsToldInTheirOrder() throws IOException {
    PayloadType.Records places = new PayloadType.Records("place", List.of("north", "east"));
    Path file =
        write(
            "a.jsonl",
            """
            {"places": [{"east": 2, "height": 3, "north": 1}]}
            {"places": [{"east": 2, "north": "1"}]}
            """);

    List<InputRow> rows = rows(withPayload(texts(file), new PayloadColumn("places", places)));

    assertThat(bars(rows.get(0))).isDeepEqualTo(new double[][] {{1, 2}});
    assertThat(message(rows.get(1)))
        .isEqualTo("column places: place 0, north, \"1\", is not of type number");
  }

  @Test
  void namesThePlaceOfWhatIsWrongInJson() throws IOException {
    String good = "{\"open\": 1, \"high\": 1, \"low\": 1, \"close\": 1, \"volume\": 1}";
    Path file =
        write(
            "a.jsonl",
            """
            {"bars": [%1$s, {"open": 1, "high": 1, "low": 1, "volume": 1}]}
            {"bars": [{"open": null, "high": 1, "low": 1, "close": 1, "volume": 1}]}
            {"bars": [%1$s, %1$s, {"open": 1, "high": "2", "low": 1, "close": 1, "volume": 1}]}
            {"bars": [{"open": 1, "high": 1, "low": 1, "close": 1, "volume": 1e400}]}
            {"bars": [%1$s, null]}
            {"bars": [[1, 1, 1, 1, 1]]}
            {"bars": "1"}
            """
                .formatted(good));
    assertThat(rows(bars(file)))
        .extracting(RecordsInputTest::message)
        .containsExactly(
            "column bars: bar 1, close, null, is not of type number",
            "column bars: bar 0, open, null, is not of type number",
            "column bars: bar 2, high, \"2\", is not of type number",
            "column bars: bar 0, volume, 1E+400, is not of type number",
            "column bars: bar 1, null, is not of type " + TYPE,
            "column bars: bar 0, [1,1,1,1,1], is not of type " + TYPE,
            "column bars: \"1\" is not of type " + TYPE);
  }

  @Test
  void readsBarsOfEveryNumberInParquet() {
    for (String type : List.of("INT", "BIGINT", "FLOAT", "DOUBLE", "DECIMAL(12, 2)")) {
      Path path =
          table(
              type.replaceAll("\\W", ""),
              """
              SELECT array(named_struct('volume', 7L, 'open', CAST(1 AS %1$s), 'day', 'x',
                  'high', CAST(4 AS %1$s), 'low', CAST(0.5 AS %1$s), 'close', CAST(3 AS %1$s))) bars
              """
                  .formatted(type));
      double low = type.endsWith("INT") ? 0 : 0.5;
      assertThat(bars(rows(bars(path)).get(0))).isDeepEqualTo(new double[][] {{1, 4, low, 3, 7}});
    }
  }

  @Test
  void namesThePlaceOfANullInParquet() {
    String sql =
        """
        SELECT array(named_struct('open', 1D, 'high', 1D, 'low', 1D, 'close', %s, 'volume', 1D),
            %s) bars
        """;
    String last = "named_struct('open', 1D, 'high', 1D, 'low', 1D, 'close', 1D, 'volume', 1D)";
    assertThat(message(rows(bars(table("a", sql.formatted("CAST(NULL AS DOUBLE)", last)))).get(0)))
        .isEqualTo("column bars: bar 0, close, null, is not of type number");
    assertThat(message(rows(bars(table("b", sql.formatted("1D", "NULL")))).get(0)))
        .isEqualTo("column bars: bar 1, null, is not of type " + TYPE);
    assertThat(rows(bars(table("c", sql.formatted("double('NaN')", last)))).get(0).rejection())
        .isEmpty();
  }

  @Test
  void refusesColumnsOfOtherTypes() throws IOException {
    for (String column : List.of("array(1D)", "'x'", "array(named_struct('open', 1D))")) {
      Path path = table("t" + column.hashCode(), "SELECT " + column + " bars");
      assertThatThrownBy(() -> open(bars(path)))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("column bars is of type ")
          .hasMessageEndingWith(", but is read as " + TYPE);
    }
    Path csv = write("a.csv", "bars\n1\n");
    assertThatThrownBy(() -> open(bars(csv)))
        .hasMessage(
            "column bars of type %s is read from jsonl or parquet, not from csv".formatted(TYPE));
  }
}
