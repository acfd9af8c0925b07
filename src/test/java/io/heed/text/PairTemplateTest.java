package io.heed.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.text.PairTemplate.Pair;
import org.junit.jupiter.api.Test;

/** What a pair of known texts tells of others. */
class PairTemplateTest {
  private static final int[] FIRST = {7};
  private static final int[] SECOND = {8, 9};

  @Test
  void specialTokensAndTypesStayWhereTheyAre() {
    Pair known = new Pair(new int[] {1, 7, 2, 3, 8, 9, 4}, new int[] {0, 0, 0, 1, 1, 1, 5});
    PairTemplate template =
        PairTemplate.of(known, new long[] {1, 0, 1, 1, 0, 0, 1}, FIRST, SECOND).orElseThrow();
    assertThat(template.specialTokens()).isEqualTo(4);
    assertThat(template.join(FIRST, SECOND).ids()).isEqualTo(known.ids());
    assertThat(template.join(FIRST, SECOND).types()).isEqualTo(known.types());
    Pair other = template.join(new int[0], new int[] {6});
    assertThat(other.ids()).containsExactly(1, 2, 3, 6, 4);
    assertThat(other.types()).containsExactly(0, 0, 1, 1, 5);
  }

  @Test
  void withoutSpecialTokensTextsStandTogether() {
    Pair known = new Pair(new int[] {7, 8, 9}, new int[] {0, 1, 1});
    PairTemplate template = PairTemplate.of(known, new long[3], FIRST, SECOND).orElseThrow();
    assertThat(template.join(SECOND, FIRST).ids()).containsExactly(8, 9, 7);
    assertThat(template.join(SECOND, FIRST).types()).containsExactly(0, 0, 1);
  }

  @Test
  void textsThatAreTurnedOrGoneAreNoTemplate() {
    long[] special = {1, 0, 0, 1, 0};
    Pair turned = new Pair(new int[] {1, 8, 9, 2, 7}, new int[5]);
    assertThat(PairTemplate.of(turned, special, FIRST, SECOND)).isEmpty();
    Pair first = new Pair(new int[] {1, 7, 2}, new int[3]);
    assertThat(PairTemplate.of(first, new long[] {1, 0, 1}, FIRST, SECOND)).isEmpty();
    Pair more = new Pair(new int[] {7, 8, 9, 9}, new int[4]);
    assertThat(PairTemplate.of(more, new long[4], FIRST, SECOND)).isEmpty();
    assertThat(PairTemplate.of(more, new long[4], new int[0], SECOND)).isEmpty();
  }
}
