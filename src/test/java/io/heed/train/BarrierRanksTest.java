package io.heed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class BarrierRanksTest {
  @Test
  void tasksOfOneProcessAreTogether() {
    BarrierRanks ranks = BarrierRanks.of(List.of("b:1 y", "a:7 x", "b:1 y", "[::1]:7 z", "a:7 x"));
    assertThat(ranks.ranks().processes()).containsExactly(0, 1, 0, 2, 1);
    assertThat(ranks.addresses()).containsExactly("b:1", "a:7", "b:1", "[::1]:7", "a:7");
  }

  @Test
  void processesOfOneAddressInTwoNetworksAreApart() {
    BarrierRanks ranks = BarrierRanks.of(List.of("10.0.0.1:7 x", "10.0.0.1:7 y"));
    assertThat(ranks.ranks().processes()).containsExactly(0, 1);
  }

  @Test
  void whatATaskSaysIsChecked() {
    for (String told : new String[] {"", "a:1", " x", "a:1  x"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> BarrierRanks.of(List.of(told)))
          .withMessageContaining("not \"" + told + "\"");
    }
  }
}
