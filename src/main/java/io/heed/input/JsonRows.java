package io.heed.input;

import com.fasterxml.jackson.databind.JsonNode;
import io.heed.input.RowPlan.IdOrigin;
import io.heed.row.Rejection.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.types.StructField;

/** Rows of JSON lines. */
final class JsonRows implements LineParser {

  private final RowAssembler assembler;
  private final List<String> columns;
  private final Set<String> wanted;
  private final List<JsonValue> readers = new ArrayList<>();

  JsonRows(RowPlan plan) {
    assembler = new RowAssembler(plan);
    columns = plan.columns();
    wanted = Set.copyOf(columns);
    if (plan.idOrigin() == IdOrigin.COLUMN) {
      readers.add(ExactId.of(reader(plan.id(), plan.times()), plan.id().dataType()));
    }
    plan.payload().forEach(column -> readers.add(JsonValue.of(column.type())));
    plan.kept().forEach(field -> readers.add(reader(field, plan.times())));
  }

  private static JsonValue reader(StructField field, TimeValues times) {
    return JsonValue.of(field.dataType(), times).orElseThrow();
  }

  @Override
  public InputRow parse(Line line) {
    RowPlace place = line.place();
    try {
      if (line.fault().isPresent()) {
        throw new MalformedRecordException("the line is " + line.fault().get());
      }
      Map<String, JsonNode> values = JsonObjects.parse(line.text(), wanted::contains);
      return assembler.row(place, line.placeId(), new NodeValues(values));
    } catch (MalformedRecordException e) {
      return assembler.malformed(place, line.placeId(), Reason.MALFORMED, e.getMessage());
    }
  }

  private final class NodeValues implements RowAssembler.Values {

    private final Map<String, JsonNode> nodes;

    NodeValues(Map<String, JsonNode> nodes) {
      this.nodes = nodes;
    }

    @Override
    public boolean isAbsent(int column) {
      return !nodes.containsKey(columns.get(column));
    }

    @Override
    public Object value(int column) throws WrongTypeException {
      JsonNode node = nodes.get(columns.get(column));
      return node.isNull() ? null : readers.get(column).read(node);
    }
  }
}
