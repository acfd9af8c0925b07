package io.heed.checkpoint;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Files that {@code torch.save} wrote before PyTorch 1.6, and others that are no zip archives. */
final class OlderTorch {
  private static final byte[] ZIP = {'P', 'K', 3, 4};

  /** What a pickle of protocol 2 begins with, and torch's number, in ten bytes of an integer. */
  private static final byte[] MAGIC = HexFormat.of().parseHex("80028a0a6cfc9c46f9206aa85019");

  private static final byte[] TAR = "ustar".getBytes(StandardCharsets.US_ASCII);
  private static final int TAR_AT = 257;

  private static final String REMEDY =
      "such files are not read. To write it anew, with a PyTorch from 1.6 on: python -c \"import"
          + " torch; f='%1$s'; torch.save(torch.load(f, map_location='cpu', weights_only=True), f)\"";

  private OlderTorch() {}

  /**
   * Checks how a file begins.
   *
   * @throws CheckpointException for anything but a zip archive
   */
  static void refuse(OpenFile file) {
    if (beginsWith(file, 0, ZIP)) {
      return;
    }
    if (beginsWith(file, 0, MAGIC)) {
      throw file.error(
          "the file is older than PyTorch 1.6, a bare pickle with the magic number"
              + " 0x1950a86a20f9469cfc6c; "
              + REMEDY,
          file.name());
    }
    if (beginsWith(file, TAR_AT, TAR)) {
      throw file.error("the file is a tar archive, of the first PyTorch; " + REMEDY, file.name());
    }
    ByteBuffer start = file.read(0, (int) Math.min(ZIP.length, file.size()));
    throw file.error(
        "the file begins with %s, not with %s as the zip archives of torch.save do",
        HexFormat.of().formatHex(start.array()), HexFormat.of().formatHex(ZIP));
  }

  private static boolean beginsWith(OpenFile file, long position, byte... start) {
    return file.size() - position >= start.length
        && file.read(position, start.length).equals(ByteBuffer.wrap(start));
  }
}
