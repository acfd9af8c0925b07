package io.heed.onnx;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes ONNX files, also such as nobody should read. */
final class OnnxWriter {

  /** The fields of a message. */
  interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  /** A node as it will be written. */
  record Node(
      String operator,
      List<String> inputs,
      String output,
      Map<String, Object> attributes,
      Fields more) {
    Node withOperator(String other) {
      return new Node(other, inputs, output, attributes, more);
    }

    Node withInputs(List<String> other) {
      return new Node(operator, other, output, attributes, more);
    }

    Node withAttribute(String name, Object value) {
      Map<String, Object> changed = new LinkedHashMap<>(attributes);
      changed.put(name, value);
      return new Node(operator, inputs, output, changed, more);
    }

    Node with(Fields other) {
      return new Node(operator, inputs, output, attributes, other);
    }
  }

  private static final Fields NOTHING = out -> {};

  final List<Node> nodes = new ArrayList<>();
  final Map<String, byte[]> tensors = new LinkedHashMap<>();
  final List<String> outputs = new ArrayList<>();
  int operatorSet = 11;
  Fields ofModel = NOTHING;
  Fields ofGraph = NOTHING;

  /** Adds a node and gives the name of what it makes. */
  String node(String operator, Map<String, Object> attributes, String... inputs) {
    String output = operator + "_" + nodes.size();
    nodes.add(new Node(operator, List.of(inputs), output, attributes, NOTHING));
    return output;
  }

  String node(String operator, String... inputs) {
    return node(operator, Map.of(), inputs);
  }

  /** Adds a constant and gives its name. */
  String constant(float value) {
    return node("Constant", Map.of("value", tensor("", new long[0], value)));
  }

  String constant(long[] dimensions, long... values) {
    return node("Constant", Map.of("value", tensor("", dimensions, values)));
  }

  /** Adds a tensor and gives its name. */
  String add(String name, long[] dimensions, float... values) {
    tensors.put(name, tensor(name, dimensions, values));
    return name;
  }

  String add(String name, long[] dimensions, long... values) {
    tensors.put(name, tensor(name, dimensions, values));
    return name;
  }

  static byte[] tensor(String name, long[] dimensions, float... values) {
    ByteBuffer raw =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      raw.putFloat(value);
    }
    return tensor(name, 1, dimensions, raw.array());
  }

  static byte[] tensor(String name, long[] dimensions, long... values) {
    ByteBuffer raw = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      raw.putLong(value);
    }
    return tensor(name, 7, dimensions, raw.array());
  }

  static byte[] tensor(String name, int type, long[] dimensions, byte... raw) {
    return message(
        out -> {
          for (long dimension : dimensions) {
            out.writeInt64(1, dimension);
          }
          out.writeInt32(2, type);
          out.writeString(8, name);
          out.writeByteArray(9, raw);
        });
  }

  byte[] bytes() {
    byte[] graph =
        message(
            out -> {
              for (Node node : nodes) {
                out.writeByteArray(1, bytes(node));
              }
              out.writeString(2, "graph");
              for (byte[] tensor : tensors.values()) {
                out.writeByteArray(5, tensor);
              }
              for (String output : outputs) {
                out.writeByteArray(12, message(o -> o.writeString(1, output)));
              }
              ofGraph.write(out);
            });
    return message(
        out -> {
          out.writeInt64(1, 6);
          out.writeString(2, "test");
          out.writeByteArray(7, graph);
          out.writeByteArray(8, message(o -> o.writeInt64(2, operatorSet)));
          ofModel.write(out);
        });
  }

  private static byte[] bytes(Node node) {
    return message(
        out -> {
          for (String input : node.inputs()) {
            out.writeString(1, input);
          }
          out.writeString(2, node.output());
          out.writeString(3, "/" + node.output());
          out.writeString(4, node.operator());
          for (Map.Entry<String, Object> attribute : node.attributes().entrySet()) {
            out.writeByteArray(5, attribute(attribute.getKey(), attribute.getValue()));
          }
          node.more().write(out);
        });
  }

  private static byte[] attribute(String name, Object value) {
    return message(
        out -> {
          out.writeString(1, name);
          if (value instanceof Float number) {
            out.writeFloat(2, number);
          } else if (value instanceof Integer integer) {
            out.writeInt64(3, integer);
          } else if (value instanceof byte[] tensor) {
            out.writeByteArray(5, tensor);
          } else {
            for (Object element : (List<?>) value) {
              out.writeInt64(8, (Integer) element);
            }
          }
        });
  }

  static byte[] message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
