package io.heed.input;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The members of a compressed file, one after the other. Zero bytes between and after them are
 * passed over: tapes, archivers and some object stores fill blocks with them. Anything else that is
 * no member is an error.
 */
final class CompressedMembers extends InputStream {
  /** Reads one member and leaves what it reads from at the byte after it. */
  @FunctionalInterface
  interface Opener {
    /** The content of the member that begins here; fails where none does. */
    InputStream open(BufferedInputStream in) throws IOException;
  }

  private final BufferedInputStream in;
  private final Opener opener;
  private final byte[] single = new byte[1];
  private InputStream member;

  CompressedMembers(InputStream in, Opener opener) throws IOException {
    this.in = new BufferedInputStream(in, 1 << 16);
    this.opener = opener;
    this.member = opener.open(this.in);
  }

  @Override
  public int read() throws IOException {
    return read(single, 0, 1) < 0 ? -1 : single[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    while (member != null) {
      int read = member.read(bytes, offset, length);
      if (read >= 0) {
        return read;
      }
      member = nextMember();
    }
    return -1;
  }

  private InputStream nextMember() throws IOException {
    int first;
    do {
      in.mark(1);
      first = in.read();
    } while (first == 0);
    if (first < 0) {
      return null;
    }
    in.reset();
    try {
      return opener.open(in);
    } catch (IOException e) {
      throw new IOException(
          "what follows its compressed content is neither more of it nor zero bytes", e);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
