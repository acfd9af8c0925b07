package io.heed.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "999.4, 999",
    "999.5, 1.00 k",
    "1234, 1.23 k",
    "9995, 10.0 k",
    "99949, 99.9 k",
    "99951, 100 k",
    "999499, 999 k",
    "999500, 1.00 M",
    "9223372036854775807, 9.22 E"
  })
  void rounded(double value, String text) {
    assertThat(Figures.rounded(value)).isEqualTo(text);
  }

  @Test
  void bytes() {
    assertThat(Figures.bytes(17)).isEqualTo("17 B");
    assertThat(Figures.bytes(2_100_000_000L)).isEqualTo("2.10 GB");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0 s, 0:00",
    "59999, 59.9 s, 0:59",
    "60000, 1:00 min, 1:00",
    "3599999, 59:59 min, 59:59",
    "3600000, 1:00:00 h, 1:00:00",
    "360000000, 100:00:00 h, 100:00:00"
  })
  void durations(long millis, String text, String clock) {
    assertThat(Figures.duration(Duration.ofMillis(millis))).isEqualTo(text);
    assertThat(Figures.clock(Duration.ofMillis(millis))).isEqualTo(clock);
  }
}
