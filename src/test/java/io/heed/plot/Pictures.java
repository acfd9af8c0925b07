package io.heed.plot;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** Looks at the pixels of pictures. Colours are opaque ARGB. */
final class Pictures {
  private static final int WHITE = 0xFFFFFFFF;

  private Pictures() {}

  static BufferedImage decoded(byte[] png) {
    try {
      return ImageIO.read(new ByteArrayInputStream(png));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first pixel of a colour, by rows: x and y. */
  static int[] first(BufferedImage picture, int rgb) {
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        if (picture.getRGB(x, y) == rgb) {
          return new int[] {x, y};
        }
      }
    }
    throw new AssertionError("no pixel has the colour %08x".formatted(rgb));
  }

  static int count(BufferedImage picture, int rgb) {
    int count = 0;
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        count += picture.getRGB(x, y) == rgb ? 1 : 0;
      }
    }
    return count;
  }

  /** Whether a frame of this many pixels is empty, so that nothing is cut. */
  static boolean isWhiteAround(BufferedImage picture, int pixels) {
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        boolean inFrame =
            x < pixels
                || y < pixels
                || x >= picture.getWidth() - pixels
                || y >= picture.getHeight() - pixels;
        if (inFrame && picture.getRGB(x, y) != WHITE) {
          return false;
        }
      }
    }
    return true;
  }
}
