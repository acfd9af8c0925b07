package io.heed.input;

import com.fasterxml.jackson.databind.JsonNode;
import io.heed.input.RowPlan.IdOrigin;
import io.heed.row.Rejection.Reason;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;

/** Rows of JSON lines. */
final class JsonRows implements LineParser {
  private final RowAssembler assembler;
  private final List<String> columns;
  private final Set<String> wanted;
  private final Set<String> texts = new HashSet<>();
  private final List<JsonValue> readers = new ArrayList<>();

  JsonRows(RowPlan plan) {
    assembler = new RowAssembler(plan);
    columns = plan.columns();
    wanted = Set.copyOf(columns);
    if (plan.idOrigin() == IdOrigin.COLUMN) {
      readers.add(ExactId.of(id(plan), plan.id().dataType()));
    }
    plan.payload().forEach(column -> readers.add(JsonValue.of(column.type())));
    plan.kept().forEach(field -> readers.add(kept(field, plan)));
    addTexts(plan);
  }

  /** An id that nobody declared as a string is not made one, or 7 and "7" would be one id. */
  private static JsonValue id(RowPlan plan) {
    JsonValue reader = JsonValue.of(plan.id().dataType(), plan.times()).orElseThrow();
    boolean strict =
        plan.id().dataType() instanceof StringType && !plan.declared().contains(plan.id().name());
    return node ->
        strict && !node.isContainerNode()
            ? JsonPayload.READER.text(node)
            : WrongTypeException.requireId(reader.read(node));
  }

  private static JsonValue kept(StructField field, RowPlan plan) {
    JsonValue reader = JsonValue.of(field.dataType(), plan.times()).orElseThrow();
    if (plan.declared().contains(field.name())) {
      return reader;
    }
    return node -> {
      try {
        return reader.read(node);
      } catch (WrongTypeException e) {
        throw e.ofFoundType();
      }
    };
  }

  /** Columns whose values are taken as they are written, whatever they are. */
  private void addTexts(RowPlan plan) {
    plan.kept().stream()
        .filter(field -> field.dataType() instanceof StringType)
        .forEach(field -> texts.add(field.name()));
    plan.payload().forEach(column -> texts.remove(column.name()));
    Stream<String> declaredTexts =
        plan.payload().stream()
            .filter(column -> column.type() == PayloadType.TEXT)
            .map(PayloadColumn::name);
    Stream<String> declaredId =
        Stream.of(plan.id())
            .filter(field -> field.dataType() instanceof StringType)
            .map(StructField::name);
    Stream.concat(declaredTexts, declaredId).filter(plan.declared()::contains).forEach(texts::add);
  }

  @Override
  public InputRow parse(Line line) {
    RowPlace place = line.place();
    try {
      if (line.fault().isPresent()) {
        throw new MalformedRecordException(line.fault().get());
      }
      Map<String, JsonNode> values =
          JsonObjects.parse(line.text(), wanted::contains, texts::contains);
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
