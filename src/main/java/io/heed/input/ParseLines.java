package io.heed.input;

import java.util.Iterator;
import org.apache.spark.api.java.function.FlatMapFunction;

/** Turns the lines of a task into rows. */
final class ParseLines implements FlatMapFunction<Iterator<Line>, InputRow> {
  private final LineFormat format;
  private final RowPlan plan;

  ParseLines(LineFormat format, RowPlan plan) {
    this.format = format;
    this.plan = plan;
  }

  @Override
  public Iterator<InputRow> call(Iterator<Line> lines) {
    LineParser parser = format.parser(plan);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return lines.hasNext();
      }

      @Override
      public InputRow next() {
        return parser.parse(lines.next());
      }
    };
  }
}
