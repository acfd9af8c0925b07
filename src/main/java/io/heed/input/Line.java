package io.heed.input;

import java.io.Serializable;
import java.util.Optional;

/** A record of a text-like file, not parsed yet. */
final class Line implements Serializable {
  private final String source;
  private final String name;
  private final long position;
  private final long units;
  private final String text;
  private final String fault;
  private final CsvHeader header;

  Line(FileSlice slice, long position, long units, String text, String fault, CsvHeader header) {
    this.source = slice.path();
    this.name = slice.name();
    this.position = position;
    this.units = units;
    this.text = text;
    this.fault = fault;
    this.header = header;
  }

  RowPlace place() {
    return new RowPlace(source, position, units, text);
  }

  /** The id of a row that has no column for it. */
  String placeId() {
    return name + '#' + position;
  }

  String text() {
    return text;
  }

  /** What is wrong with it before it is parsed, if anything. */
  Optional<String> fault() {
    return Optional.ofNullable(fault);
  }

  /** Where the columns stand in a record of this file; null for other formats. */
  CsvHeader header() {
    return header;
  }
}
