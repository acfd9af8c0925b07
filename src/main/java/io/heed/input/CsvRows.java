package io.heed.input;

import io.heed.input.RowPlan.IdOrigin;
import io.heed.row.Rejection.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/** Rows of CSV records. */
final class CsvRows implements LineParser {
  private final RowAssembler assembler;
  private final List<CsvValue> readers = new ArrayList<>();

  CsvRows(RowPlan plan) {
    assembler = new RowAssembler(plan);
    if (plan.idOrigin() == IdOrigin.COLUMN) {
      readers.add(ExactId.of(id(reader(plan.id(), plan.times())), plan.id().dataType()));
    }
    plan.payload().forEach(column -> readers.add(reader(column.type(), plan.times())));
    plan.kept().forEach(field -> readers.add(reader(field, plan.times())));
  }

  private static CsvValue reader(PayloadType type, TimeValues times) {
    if (type == PayloadType.TEXT) {
      return cell -> cell;
    }
    CsvValue number = CsvValue.of(DataTypes.DoubleType, times).orElseThrow();
    CsvValue finite =
        cell -> {
          Object value = number.read(cell);
          if (!Double.isFinite((Double) value)) {
            throw WrongTypeException.of('"' + cell + '"', type.description());
          }
          return value;
        };
    return type == PayloadType.NUMBER ? finite : cell -> new double[] {(Double) finite.read(cell)};
  }

  private static CsvValue id(CsvValue reader) {
    return cell -> WrongTypeException.requireId(reader.read(cell));
  }

  private static CsvValue reader(StructField field, TimeValues times) {
    return CsvValue.of(field.dataType(), times).orElseThrow();
  }

  @Override
  public InputRow parse(Line line) {
    RowPlace place = line.place();
    String placeId = line.placeId();
    try {
      if (line.fault().isPresent()) {
        throw new MalformedRecordException(line.fault().get());
      }
      List<String> cells = CsvCells.parse(line.text());
      if (cells.size() != line.header().cells()) {
        return assembler.malformed(
            place,
            placeId,
            Reason.WRONG_CELL_COUNT,
            String.format(
                Locale.ROOT,
                "the record has %d cells, the header %d",
                cells.size(),
                line.header().cells()));
      }
      return assembler.row(place, placeId, new CellValues(line.header(), cells));
    } catch (MalformedRecordException e) {
      return assembler.malformed(place, placeId, Reason.MALFORMED, e.getMessage());
    }
  }

  private final class CellValues implements RowAssembler.Values {
    private final CsvHeader header;
    private final List<String> cells;

    CellValues(CsvHeader header, List<String> cells) {
      this.header = header;
      this.cells = cells;
    }

    @Override
    public boolean isAbsent(int column) {
      return header.index(column) < 0;
    }

    @Override
    public Object value(int column) throws WrongTypeException {
      String cell = cells.get(header.index(column));
      return cell == null ? null : readers.get(column).read(cell);
    }
  }
}
