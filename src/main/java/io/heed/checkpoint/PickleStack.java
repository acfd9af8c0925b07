package io.heed.checkpoint;

import java.util.ArrayList;
import java.util.List;

/** The stack of a pickle's machine, and the marks on it, above which values are taken together. */
final class PickleStack {
  /** Python writes the items of a dict in groups of a thousand, two values each. */
  static final int MAX_VALUES = 1 << 13;

  /** Groups in groups; those of torch are three deep. */
  static final int MAX_MARKS = 32;

  private final PickleBytes bytes;
  private final List<PickleValue> values = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();

  /**
   * An empty stack.
   *
   * @param bytes that errors name
   */
  PickleStack(PickleBytes bytes) {
    this.bytes = bytes;
  }

  void push(PickleValue value) {
    if (values.size() == MAX_VALUES) {
      throw bytes.error("more than %d values on the stack", MAX_VALUES);
    }
    values.add(value);
  }

  /** Lets a group begin. */
  void mark() {
    if (marks.size() == MAX_MARKS) {
      throw bytes.error("more than %d marks in each other", MAX_MARKS);
    }
    marks.add(values.size());
  }

  /** The value on top. */
  PickleValue peek() {
    require(1);
    return values.get(values.size() - 1);
  }

  /** Takes the value on top. */
  PickleValue pop() {
    return pop(1).get(0);
  }

  /** Takes so many values, none from below the last mark, the one on top last. */
  List<PickleValue> pop(int count) {
    require(count);
    List<PickleValue> top = values.subList(values.size() - count, values.size());
    List<PickleValue> taken = List.copyOf(top);
    top.clear();
    return taken;
  }

  /** Takes all values above the last mark, and the mark. */
  List<PickleValue> popToMark() {
    if (marks.isEmpty()) {
      throw bytes.error("there is no mark");
    }
    int mark = marks.remove(marks.size() - 1);
    return pop(values.size() - mark);
  }

  /** Whether there are neither values nor marks. */
  boolean isEmpty() {
    return values.isEmpty() && marks.isEmpty();
  }

  private void require(int count) {
    int above = values.size() - (marks.isEmpty() ? 0 : marks.get(marks.size() - 1));
    if (count > above) {
      throw bytes.error("the stack has %d values where %d are needed", above, count);
    }
  }
}
