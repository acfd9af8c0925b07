package io.heed.checkpoint;

import io.heed.checkpoint.PickleValue.Dict;
import io.heed.checkpoint.PickleValue.Function;
import io.heed.checkpoint.PickleValue.Listing;
import io.heed.checkpoint.PickleValue.Plain;
import io.heed.checkpoint.PickleValue.Storage;
import io.heed.checkpoint.PickleValue.StorageType;
import io.heed.checkpoint.PickleValue.Text;
import io.heed.checkpoint.PickleValue.Tuple;
import io.heed.checkpoint.PickleValue.Whole;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the pickle of a dict of tensors. A pickle is a program for a machine with a stack; this one
 * knows the few operations that {@code torch.save} writes for such a dict. What others would import
 * and call is compared by its name with {@link PickleValue#global a list}, and nothing is called.
 *
 * <p>Source: Python's <a
 * href="https://github.com/python/cpython/blob/3.12/Lib/pickletools.py">pickletools</a>, which
 * describes each operation.
 */
final class TensorPickle {
  /** 64 for each tensor; {@code torch.save} writes about 40. */
  static final int MAX_OPCODES = 1 << 22;

  /** 16 for each tensor; Python writes about 10. */
  static final int MAX_MEMO = 1 << 20;

  /** Tuples in tuples; those of torch are two deep. */
  private static final int MAX_NESTING = 32;

  private static final int MAX_PROTOCOL = 5;
  private static final int STORAGE_PARTS = 5;

  private final PickleBytes bytes;
  private final PickleStack stack;
  private final List<PickleValue> memo = new ArrayList<>();

  private TensorPickle(PickleBytes bytes) {
    this.bytes = bytes;
    this.stack = new PickleStack(bytes);
  }

  /**
   * Reads a whole pickle.
   *
   * @param pickle little-endian, from position 0 on
   * @param file that errors name
   * @return the values by name, in the pickle's order, whatever they are
   * @throws CheckpointException for anything but a dict whose parts are of {@link PickleValue}
   */
  static Map<String, PickleValue> read(ByteBuffer pickle, OpenFile file) {
    return new TensorPickle(new PickleBytes(pickle, file)).run().entries();
  }

  private Dict run() {
    int count = 0;
    for (PickleOpcode opcode = bytes.opcode();
        opcode != PickleOpcode.STOP;
        opcode = bytes.opcode()) {
      if (++count > MAX_OPCODES) {
        throw error("more than %d operations", MAX_OPCODES);
      }
      step(opcode);
    }
    PickleValue result = stack.pop();
    if (!stack.isEmpty() || !bytes.atEnd()) {
      throw error("the pickle stops with something left");
    }
    if (result instanceof Dict dict) {
      return dict;
    }
    throw error("the file holds %s, expected a dict of tensors by name", result.told());
  }

  private void step(PickleOpcode opcode) {
    switch (opcode) {
      case PROTO -> requireProtocol(bytes.unsignedByte());
      case FRAME -> bytes.need(bytes.signedLong());
      case MARK -> stack.mark();
      case BINPUT -> memoize(bytes.unsignedByte());
      case LONG_BINPUT -> memoize(bytes.unsignedInt());
      case MEMOIZE -> memoize(memo.size());
      case BINGET -> stack.push(remembered(bytes.unsignedByte()));
      case LONG_BINGET -> stack.push(remembered(bytes.unsignedInt()));
      case EMPTY_TUPLE -> stack.push(tuple(List.of()));
      case TUPLE1 -> stack.push(tuple(stack.pop(1)));
      case TUPLE2 -> stack.push(tuple(stack.pop(2)));
      case TUPLE3 -> stack.push(tuple(stack.pop(3)));
      case TUPLE -> stack.push(tuple(stack.popToMark()));
      case APPEND -> append(stack.pop(1));
      case APPENDS -> append(stack.popToMark());
      case SETITEM -> setItems(stack.pop(2));
      case SETITEMS -> setItems(stack.popToMark());
      case STACK_GLOBAL -> pushGlobal(stack.pop(2));
      case BINPERSID -> stack.push(storage(stack.pop()));
      case REDUCE -> reduce(stack.pop(2));
      case BUILD -> build(stack.pop());
      default -> stack.push(literal(opcode));
    }
  }

  private PickleValue literal(PickleOpcode opcode) {
    return switch (opcode) {
      case NONE -> Plain.NONE;
      case NEWTRUE -> Plain.TRUE;
      case NEWFALSE -> Plain.FALSE;
      case BININT -> new Whole(bytes.signedInt());
      case BININT1 -> new Whole(bytes.unsignedByte());
      case BININT2 -> new Whole(bytes.unsignedShort());
      case LONG1 -> new Whole(bytes.integer(bytes.unsignedByte()));
      case BINFLOAT -> {
        bytes.signedLong();
        yield Plain.FLOAT;
      }
      case BINUNICODE -> new Text(bytes.text(bytes.unsignedInt()));
      case SHORT_BINUNICODE -> new Text(bytes.text(bytes.unsignedByte()));
      case EMPTY_LIST -> new Listing(new ArrayList<>());
      case EMPTY_DICT -> new Dict(new LinkedHashMap<>());
      case GLOBAL -> global(bytes.line(), bytes.line());
      default ->
          throw error(
              "the operation %s (0x%02x) is not one that a dict of tensors needs",
              opcode, opcode.code());
    };
  }

  private void requireProtocol(int protocol) {
    if (protocol > MAX_PROTOCOL) {
      throw error("pickle protocol %d, the last is %d", protocol, MAX_PROTOCOL);
    }
  }

  private void pushGlobal(List<PickleValue> names) {
    if (names.get(0) instanceof Text module && names.get(1) instanceof Text name) {
      stack.push(global(module.value(), name.value()));
      return;
    }
    throw error("a global named by %s and %s", names.get(0).told(), names.get(1).told());
  }

  private PickleValue global(String module, String name) {
    return PickleValue.global(module + " " + name)
        .orElseThrow(
            () ->
                error(
                    "the pickle asks Python for %s.%s, which no dict of tensors needs; nothing of a"
                        + " pickle is run",
                    module, name));
  }

  /** What torch calls a persistent id. */
  private Storage storage(PickleValue id) {
    if (id instanceof Tuple tuple
        && tuple.items().size() == STORAGE_PARTS
        && tuple.items().get(0) instanceof Text kind
        && kind.value().equals("storage")
        && tuple.items().get(1) instanceof StorageType type
        && tuple.items().get(2) instanceof Text key
        && tuple.items().get(3) instanceof Text
        && tuple.items().get(4) instanceof Whole length) {
      return new Storage(type, key.value(), length.value());
    }
    throw error(
        "a persistent id that is %s, expected ('storage', type, key, device, length)", id.told());
  }

  private void reduce(List<PickleValue> call) {
    if (call.get(0) instanceof Function function && call.get(1) instanceof Tuple arguments) {
      stack.push(
          switch (function) {
            case ORDERED_DICT -> emptyDict(arguments.items());
            case REBUILD_TENSOR -> PickledTensors.tensor(arguments.items(), bytes);
            case REBUILD_PARAMETER -> PickledTensors.parameter(arguments.items(), bytes);
          });
      return;
    }
    throw error("%s is called with %s", call.get(0).told(), call.get(1).told());
  }

  private Dict emptyDict(List<PickleValue> arguments) {
    if (!arguments.isEmpty()) {
      throw error("an OrderedDict of %d arguments, expected none", arguments.size());
    }
    return new Dict(new LinkedHashMap<>());
  }

  /** A module's own dict has the versions of its parts beside it; no value depends on them. */
  private void build(PickleValue state) {
    if (stack.peek() instanceof Dict
        && state instanceof Dict attributes
        && attributes.entries().keySet().equals(Set.of("_metadata"))) {
      return;
    }
    throw error(
        "the state of %s is %s, expected a dict with _metadata and its state that has nothing else",
        stack.peek().told(), state.told());
  }

  private void append(List<PickleValue> items) {
    if (stack.peek() instanceof Listing list) {
      list.items().addAll(items);
      return;
    }
    throw error("items are appended to %s", stack.peek().told());
  }

  private void setItems(List<PickleValue> items) {
    if (!(stack.peek() instanceof Dict dict) || items.size() % 2 != 0) {
      throw error("%d keys and values are put into %s", items.size(), stack.peek().told());
    }
    for (int i = 0; i < items.size(); i += 2) {
      if (!(items.get(i) instanceof Text key)) {
        throw error("%s is the key of a dict, expected a string", items.get(i).told());
      }
      if (dict.entries().put(key.value(), items.get(i + 1)) != null) {
        throw error("the key %s stands twice in a dict", key.value());
      }
    }
  }

  private Tuple tuple(List<PickleValue> items) {
    int depth = 1;
    for (PickleValue item : items) {
      depth = Math.max(depth, item instanceof Tuple tuple ? tuple.depth() + 1 : 1);
    }
    if (depth > MAX_NESTING) {
      throw error("more than %d tuples in each other", MAX_NESTING);
    }
    return new Tuple(items, depth);
  }

  /** Python numbers what it remembers from 0 on. */
  private void memoize(long index) {
    if (index > memo.size() || index >= MAX_MEMO) {
      throw error("memo entry %d, expected at most %d", index, Math.min(memo.size(), MAX_MEMO - 1));
    }
    if (index == memo.size()) {
      memo.add(stack.peek());
    } else {
      memo.set((int) index, stack.peek());
    }
  }

  private PickleValue remembered(long index) {
    if (index >= memo.size()) {
      throw error("memo entry %d of %d is asked for", index, memo.size());
    }
    return memo.get((int) index);
  }

  private CheckpointException error(String format, Object... values) {
    return bytes.error(format, values);
  }
}
