package io.heed.corpus;

import java.util.regex.Pattern;

/** What the names of files look like, none of which leads out of its directory. */
final class PlainName {
  static final Pattern PATTERN = Pattern.compile("[a-z0-9]++(?:[.-]?[a-z0-9]++)*+");

  private PlainName() {}
}
