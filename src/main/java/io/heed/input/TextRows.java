package io.heed.input;

import io.heed.row.Rejection.Reason;

/** Rows of plain text: every column is the line. */
final class TextRows implements LineParser {
  /** The name of the only column. */
  static final String COLUMN = "text";

  private final RowAssembler assembler;

  TextRows(RowPlan plan) {
    assembler = new RowAssembler(plan);
  }

  @Override
  public InputRow parse(Line line) {
    if (line.fault().isPresent()) {
      return assembler.malformed(
          line.place(), line.placeId(), Reason.MALFORMED, line.fault().get());
    }
    return assembler.row(line.place(), line.placeId(), new LineValues(line.text()));
  }

  private record LineValues(String text) implements RowAssembler.Values {

    @Override
    public boolean isAbsent(int column) {
      return false;
    }

    @Override
    public Object value(int column) {
      return text;
    }
  }
}
