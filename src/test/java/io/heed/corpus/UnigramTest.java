package io.heed.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class UnigramTest {
  @Test
  void isTheMeanNegativeLogProbability() {
    double found = Unigram.loss(new long[] {3, 0, 1}, new long[] {2, 1, 0});
    double expected = -(2 * StrictMath.log(4 / 7.0) + StrictMath.log(1 / 7.0)) / 3;
    assertThat(found).isCloseTo(expected, within(1e-15));
  }

  @Test
  void nothingToTrainOnIsAsGoodAsGuessing() {
    assertThat(Unigram.loss(new long[8], new long[] {1, 0, 0, 0, 0, 5, 0, 0}))
        .isEqualTo(StrictMath.log(8));
  }

  @Test
  void refusesCountsThatDoNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Unigram.loss(new long[2], new long[3]))
        .withMessage("2 counts of training do not fit 3 held out");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Unigram.loss(new long[2], new long[2]))
        .withMessage("no token is held out");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Unigram.loss(new long[] {0, -1}, new long[] {1, 1}))
        .withMessage("the training count of id 1 is -1, after a sum of 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Unigram.loss(new long[2], new long[] {1, Long.MAX_VALUE}));
  }

  @Test
  void aTokenOfAKnownGroupIsForetoldByItsGroupAlone() {
    long[] training = {3, 1, 0, 5};
    long[] heldOut = {1, 0, 2, 1};
    double expected = -(Math.log(4 / 6.0) + 2 * Math.log(1 / 7.0) + Math.log(6 / 7.0)) / 4;
    assertThat(Unigram.loss(training, heldOut, 2)).isCloseTo(expected, within(1e-12));
    assertThat(Unigram.loss(training, heldOut, 4)).isEqualTo(Unigram.loss(training, heldOut));
    assertThatThrownBy(() -> Unigram.loss(training, heldOut, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
