package io.heed.plot;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** Pictures as the bytes of a PNG file. */
final class Png {
  static {
    // The caches of ImageIO are for streams larger than any picture here.
    ImageIO.setUseCache(false);
  }

  private Png() {}

  /** Keeps the JDK from asking for a display; without effect once it has asked. */
  static void withoutDisplay() {
    if (System.getProperty("java.awt.headless") == null) {
      System.setProperty("java.awt.headless", "true");
    }
  }

  static byte[] encode(BufferedImage picture) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(picture, "png", bytes)) {
        throw new IllegalStateException("this JDK has no writer for PNG");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
