package io.heed.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FingerprintTest {
  private static final long PRIME = (1L << 61) - 1;

  @Property
  void partsMakeTheFingerprintOfTheWhole(
      @ForAll @Size(max = 12) List<@NotEmpty @Size(max = 9) int[]> documents,
      @ForAll @IntRange(max = 12) int cut,
      @ForAll @IntRange(max = 12) int otherCut) {
    int first = Math.min(Math.min(cut, otherCut), documents.size());
    int second = Math.min(Math.max(cut, otherCut), documents.size());
    Fingerprint a = of(documents.subList(0, first));
    Fingerprint b = of(documents.subList(first, second));
    Fingerprint c = of(documents.subList(second, documents.size()));
    assertThat(a.then(b).then(c)).isEqualTo(a.then(b.then(c))).isEqualTo(of(documents));
  }

  @Test
  void dependsOnOrderAndOnWhereDocumentsEnd() {
    int[] ab = {1, 2};
    assertThat(
            List.of(
                of(List.of(ab)),
                of(List.of(new int[] {2, 1})),
                of(List.of(new int[] {1}, new int[] {2})),
                of(List.of(new int[] {2}, new int[] {1})),
                of(List.of(new int[] {1, 2, 0})),
                of(List.of(new int[] {0, 1, 2})),
                of(List.of(ab, ab)),
                of(List.of(ab, new int[] {1}, new int[] {2})),
                of(List.of(new int[] {1}, new int[] {2}, ab))))
        .doesNotHaveDuplicates();
  }

  @Property
  void multipliesModuloThePrime(
      @ForAll @LongRange(max = PRIME - 1) long a, @ForAll @LongRange(max = PRIME - 1) long b) {
    BigInteger prime = BigInteger.valueOf(PRIME);
    assertThat(Fingerprint.multiply(a, b))
        .isEqualTo(BigInteger.valueOf(a).multiply(BigInteger.valueOf(b)).mod(prime).longValue());
    assertThat(Fingerprint.power(a, b))
        .isEqualTo(BigInteger.valueOf(a).modPow(BigInteger.valueOf(b), prime).longValue());
  }

  /** The polynomial by its definition. */
  @Test
  void isThePolynomialOfItsSymbols() {
    BigInteger prime = BigInteger.valueOf(PRIME);
    Fingerprint found = of(List.of(new int[] {0, 5}));
    long[] symbols = {1, 6, 1L << 32};
    for (long point : new long[] {Fingerprint.FIRST_POINT, Fingerprint.SECOND_POINT}) {
      BigInteger expected = BigInteger.ZERO;
      for (long symbol : symbols) {
        expected = expected.multiply(BigInteger.valueOf(point)).add(BigInteger.valueOf(symbol));
      }
      assertThat(point == Fingerprint.FIRST_POINT ? found.first() : found.second())
          .isEqualTo(expected.mod(prime).longValue());
    }
    assertThat(found.length()).isEqualTo(3);
  }

  @Test
  void isWrittenInHexadecimalDigits() {
    Fingerprint fingerprint = new Fingerprint(10, PRIME - 1, 4);
    assertThat(fingerprint).hasToString("000000000000000a1ffffffffffffffe");
    assertThatIllegalArgumentException().isThrownBy(() -> new Fingerprint(10, 0, -1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Fingerprint(PRIME, 0, 4));
  }

  private static Fingerprint of(List<int[]> documents) {
    RunningFingerprint running = new RunningFingerprint();
    for (int[] document : documents) {
      for (int id : document) {
        running.add(id & Integer.MAX_VALUE);
      }
      running.endDocument();
    }
    return running.value();
  }
}
