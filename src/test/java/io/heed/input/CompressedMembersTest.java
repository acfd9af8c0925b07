package io.heed.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;

class CompressedMembersTest {
  private static final List<Compression> PADDED = List.of(Compression.GZIP, Compression.BZIP2);

  private static byte[] member(Compression compression, String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    if (compression == Compression.ZSTD) {
      return Zstd.compress(bytes);
    }
    ByteArrayOutputStream member = new ByteArrayOutputStream();
    try (OutputStream out =
        compression == Compression.GZIP
            ? new GZIPOutputStream(member)
            : new BZip2CompressorOutputStream(member)) {
      out.write(bytes);
    }
    return member.toByteArray();
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static String read(Compression compression, byte[] stored) throws IOException {
    try (InputStream in = compression.decompress(new ByteArrayInputStream(stored))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void members_follow_each_other() throws IOException {
    String large = "0123456789".repeat(30_000);
    for (Compression compression : List.of(Compression.GZIP, Compression.BZIP2, Compression.ZSTD)) {
      byte[] a = member(compression, large);
      byte[] empty = member(compression, "");
      byte[] b = member(compression, "b");
      assertThat(read(compression, joined(a, empty, b, empty))).isEqualTo(large + "b");
    }
  }

  @Test
  void zero_bytes_after_a_member_are_no_content() throws IOException {
    for (Compression compression : PADDED) {
      byte[] a = member(compression, "a");
      byte[] b = member(compression, "b");
      for (int zeros : new int[] {1, 512, 200_000}) {
        assertThat(read(compression, joined(a, b, new byte[zeros]))).isEqualTo("ab");
        assertThat(read(compression, joined(a, new byte[zeros], b))).isEqualTo("ab");
      }
    }
  }

  @Test
  void anything_else_after_a_member_and_a_member_cut_short_are_errors() throws IOException {
    for (Compression compression : PADDED) {
      byte[] a = member(compression, "a");
      for (byte[] garbage : List.of(new byte[] {7}, new byte[] {0, 0, 'x', 'y', 'z', 0, 0, 0, 0})) {
        assertThatThrownBy(() -> read(compression, joined(a, garbage)))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("neither more of it nor zero bytes");
      }
      byte[] cut = java.util.Arrays.copyOf(a, a.length - 5);
      assertThatThrownBy(() -> read(compression, joined(a, cut))).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> read(compression, new byte[100])).isInstanceOf(IOException.class);
    }
  }
}
