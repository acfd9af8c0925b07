package io.heed.spark.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class RowKeyTest {

  /** Written down once: with other keys, all that was drawn before is drawn anew. */
  @Test
  void theKeysOfTextsAndWholeNumbersNeverChange() {
    assertThat(RowKey.of("a")).isEqualTo(6774081908283191102L);
    assertThat(RowKey.of("")).isEqualTo(-2152535657050944081L);
    assertThat(RowKey.of("s-001")).isEqualTo(4445719740108472610L);
    assertThat(RowKey.of("ключ 😀")).isEqualTo(-3713012570030447692L);
    assertThat(RowKey.of("in.jsonl#1234567")).isEqualTo(-7422039186231550191L);
    assertThat(RowKey.of(0L)).isEqualTo(-6162505136108058947L);
    assertThat(RowKey.of(7L)).isEqualTo(7415455699457463782L);
    assertThat(RowKey.of(-42)).isEqualTo(-7260567295839600636L);
    assertThat(RowKey.of((short) 300)).isEqualTo(5513756846184382148L);
    assertThat(RowKey.of((byte) -1)).isEqualTo(-810091129059868537L);
    assertThat(RowKey.of(Long.MAX_VALUE)).isEqualTo(-4362435460943512717L);
    assertThat(RowKey.of(new BigDecimal("12345678901234567890123456789012345678")))
        .isEqualTo(-6377306129182818692L);
  }

  @Test
  void bytesHaveAKeyByTheirValue() {
    assertThat(RowKey.of(new byte[] {1, 2})).isEqualTo(RowKey.of(new byte[] {1, 2}));
    assertThat(RowKey.of(new byte[] {1, 2})).isNotEqualTo(RowKey.of(new byte[] {2, 1}));
  }
}
