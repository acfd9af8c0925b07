package io.heed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.training.Exchange;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExchangeRequestTest {
  @Test
  void aRequestIsReadAsItWasWritten() {
    for (String key : new String[] {"a", "7/gradient/0-4/12", "ä€𝄞", "k".repeat(256)}) {
      for (int n : new int[] {0, 1, Exchange.MOST_VALUES}) {
        assertRead(new ExchangeRequest(3, key, Integer.MAX_VALUE, n));
      }
      assertRead(new ExchangeRequest(0, key, 0, -1));
    }
  }

  private static void assertRead(ExchangeRequest request) {
    assertThat(ExchangeRequest.of(request.bytes())).isEqualTo(request);
  }

  @Test
  void aKeyHasABound() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ExchangeRequest.whenThere(0, "ä".repeat(129)).bytes())
        .withMessage("a key has 1 to 256 bytes, not 258");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ExchangeRequest.whenThere(0, "").bytes())
        .withMessage("a key has 1 to 256 bytes, not 0");
  }

  private static ByteBuffer message(int rank, int from, int n, int length, byte... key) {
    ByteBuffer bytes = ByteBuffer.allocate(16 + key.length);
    return bytes.putInt(rank).putInt(from).putInt(n).putInt(length).put(key).flip();
  }

  private static void assertRefused(ByteBuffer message, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ExchangeRequest.of(message))
        .withMessageContaining(reason);
  }

  @Test
  void whatIsNoRequestIsRefusedBeforeAnythingIsAllocated() {
    byte[] key = "key".getBytes(StandardCharsets.UTF_8);
    assertThat(ExchangeRequest.of(message(1, 2, 3, 3, key)))
        .isEqualTo(new ExchangeRequest(1, "key", 2, 3));
    assertRefused(message(1, 2, 3, Integer.MAX_VALUE, key), "1 to 256 bytes, not 2147483647");
    assertRefused(message(1, 2, 3, -1, key), "1 to 256 bytes, not -1");
    assertRefused(message(1, 2, 3, 4, key), "a key of 4 bytes, of which 3 came");
    assertRefused(message(1, 2, 3, 2, key), "a key of 2 bytes, of which 3 came");
    assertRefused(message(-1, 2, 3, 3, key), "not task -1 for 3 from 2");
    assertRefused(message(1, -2, 3, 3, key), "for 3 from -2");
    assertRefused(message(1, 2, Exchange.MOST_VALUES + 1, 3, key), "at most 1048576 values");
    assertRefused(message(1, 2, -1, 3, key), "for -1 from 2");
    assertRefused(message(1, 2, 3, 2, (byte) 0xc3, (byte) 0x28), "not UTF-8");
    byte[] whole = message(1, 2, 3, 3, key).array();
    for (int length = 0; length < whole.length; length++) {
      ByteBuffer cut = ByteBuffer.wrap(Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> ExchangeRequest.of(cut))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void noBytesDoMoreThanToBeRefused() {
    Random random = new Random(41);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(64)];
      random.nextBytes(bytes);
      if (bytes.length > 16) {
        ByteBuffer.wrap(bytes).putInt(12, bytes.length - 16);
      }
      try {
        ExchangeRequest read = ExchangeRequest.of(ByteBuffer.wrap(bytes));
        assertThat(read.bytes().array()).isEqualTo(bytes);
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageNotContaining("null");
      }
    }
  }
}
