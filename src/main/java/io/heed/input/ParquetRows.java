package io.heed.input;

import java.net.URI;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Turns Spark rows, whose last two columns are the file and the index in it, into input rows. */
final class ParquetRows implements FlatMapFunction<Iterator<Row>, InputRow> {
  private final RowPlan plan;
  private final List<String> names;
  private final String base;
  private final Map<String, Set<String>> absent;

  /**
   * For one input.
   *
   * @param names the columns that stand before the place
   * @param base the directory that ids are relative to
   * @param absent the columns that some files lack; Spark would read nulls
   */
  ParquetRows(RowPlan plan, List<String> names, String base, Map<String, Set<String>> absent) {
    this.plan = plan;
    this.names = names;
    this.base = base;
    this.absent = new HashMap<>(absent);
  }

  @Override
  public Iterator<InputRow> call(Iterator<Row> rows) {
    Task task = new Task();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public InputRow next() {
        return task.row(rows.next());
      }
    };
  }

  /** What a task keeps from row to row. */
  private final class Task {
    private final RowAssembler assembler = new RowAssembler(plan);
    private final List<String> columns = plan.columns();
    private final List<PayloadType> types = payloadTypes();
    private final int[] indexes = columns.stream().mapToInt(names::indexOf).toArray();
    private final Path basePath = new Path(base);
    private StructType schema;
    private String file = "";
    private String source;
    private String name;
    private Set<String> absentHere = Set.of();

    /** One per column, null for columns that go through as they are. */
    private List<PayloadType> payloadTypes() {
      int first = columns.size() - plan.payload().size() - plan.kept().size();
      PayloadType[] found = new PayloadType[columns.size()];
      for (int i = 0; i < plan.payload().size(); i++) {
        found[first + i] = plan.payload().get(i).type();
      }
      return Arrays.asList(found);
    }

    InputRow row(Row row) {
      moveTo(row.getString(names.size()));
      if (schema == null) {
        schema = new StructType(Arrays.copyOf(row.schema().fields(), names.size()));
      }
      StructField[] fields = schema.fields();
      Object[] values = new Object[fields.length];
      Arrays.setAll(values, i -> CompactArrays.of(row.get(i), fields[i].dataType()));
      long position = row.getLong(names.size() + 1);
      RowPlace place = new RowPlace(source, position, 1, new GenericRowWithSchema(values, schema));
      return assembler.row(place, name + '#' + position, new FoundValues(values));
    }

    /** Spark gives the file as an encoded URI. */
    private void moveTo(String uri) {
      if (!uri.equals(file)) {
        Path path = new Path(URI.create(uri));
        file = uri;
        source = path.toString();
        name = InputFile.nameBelow(basePath, path);
        absentHere = absent.getOrDefault(source, Set.of());
      }
    }

    private final class FoundValues implements RowAssembler.Values {
      private final Object[] values;

      FoundValues(Object[] values) {
        this.values = values;
      }

      @Override
      public boolean isAbsent(int column) {
        return absentHere.contains(columns.get(column));
      }

      @Override
      public Object value(int column) throws WrongTypeException {
        Object value = values[indexes[column]];
        PayloadType type = types.get(column);
        return type == null || value == null ? value : ParquetPayload.READER.read(value, type);
      }
    }
  }
}
