package io.heed.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.heed.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the graph of an ONNX file. Fields that have no say in what is computed are skipped; a file
 * that has a say in another way, by tensors outside of it, graphs inside of nodes or functions of
 * its own, is refused.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">the format</a>
 */
final class OnnxFile {
  /** An encoder of 48 layers has some 5,000 nodes. */
  private static final int MOST_PARTS = 100_000;

  private static final int MOST_DIMENSIONS = 8;

  /** In a list of numbers, each of which becomes an object: shapes and positions, no weights. */
  private static final int MOST_NUMBERS = 1 << 20;

  /** Types of attributes. */
  private static final int NUMBER = 1;

  private static final int INTEGER = 2;
  private static final int INTEGERS = 7;

  /** Operator sets in which all operations of an encoder mean what is known here. */
  private static final int OLDEST_SET = 11;

  private static final int NEWEST_SET = 18;

  private final String name;
  private final CodedInputStream in;
  private int parts;

  private OnnxFile(String name, ByteBuffer content) {
    this.name = name;
    this.in = CodedInputStream.newInstance(content);
    this.in.enableAliasing(true);
  }

  /**
   * The graph of a file.
   *
   * @param name for messages
   * @throws CheckpointException when it is not an ONNX file, or not one of the kind that is read
   */
  static OnnxGraph read(String name, ByteBuffer content) {
    return new OnnxFile(name, content).model();
  }

  /** What is done with one field of a message. */
  private interface Field {
    void read(int number, int tag) throws IOException;
  }

  private OnnxGraph model() {
    List<OnnxGraph> graphs = new ArrayList<>();
    List<Long> sets = new ArrayList<>();
    try {
      fields(
          (number, tag) -> {
            switch (number) {
              case 7 -> message(tag, () -> graphs.add(graph()));
              case 8 -> message(tag, () -> operatorSet(sets));
              case 20 -> throw refused("it holds training information");
              case 25 -> throw refused("it holds functions of its own");
              default -> in.skipField(tag);
            }
          });
    } catch (InvalidProtocolBufferException e) {
      throw new CheckpointException(
          String.format(Locale.ROOT, "%s is not an ONNX file: %s", name, e.getMessage()), e);
    } catch (IOException e) {
      throw new CheckpointException(
          String.format(Locale.ROOT, "%s cannot be read: %s", name, e.getMessage()), e);
    }
    if (graphs.size() != 1) {
      throw refused(String.format(Locale.ROOT, "it holds %d graphs, not one", graphs.size()));
    }
    if (sets.size() != 1 || sets.get(0) < OLDEST_SET || sets.get(0) > NEWEST_SET) {
      throw refused(
          String.format(
              Locale.ROOT,
              "its operator set is %s; %d to %d are known",
              sets.size() == 1 ? sets.get(0) : sets,
              OLDEST_SET,
              NEWEST_SET));
    }
    return graphs.get(0);
  }

  /** ONNX's own; those of others may be named, but none of their operations is known. */
  private void operatorSet(List<Long> sets) throws IOException {
    String[] domain = {""};
    long[] version = {0};
    fields(
        (number, tag) -> {
          switch (number) {
            case 1 -> domain[0] = text(tag);
            case 2 -> version[0] = in.readInt64();
            default -> in.skipField(tag);
          }
        });
    if (domain[0].isEmpty() || domain[0].equals("ai.onnx")) {
      sets.add(version[0]);
    }
  }

  private OnnxGraph graph() throws IOException {
    List<OnnxNode> nodes = new ArrayList<>();
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    List<String> outputs = new ArrayList<>();
    fields(
        (number, tag) -> {
          switch (number) {
            case 1 -> message(tag, () -> nodes.add(node()));
            case 5 -> message(tag, () -> add(tensors, tensor()));
            case 12 -> message(tag, () -> outputs.add(valueName()));
            case 14 -> throw refused("it is quantised");
            case 15 -> throw refused("it holds sparse tensors");
            default -> in.skipField(tag);
          }
        });
    return new OnnxGraph(nodes, tensors, outputs);
  }

  private void add(Map<String, OnnxTensor> tensors, OnnxTensor tensor) {
    if (tensors.put(tensor.name(), tensor) != null) {
      throw refused(String.format(Locale.ROOT, "it holds tensor %s twice", tensor.name()));
    }
  }

  private String valueName() throws IOException {
    String[] found = {""};
    fields(
        (number, tag) -> {
          if (number == 1) {
            found[0] = text(tag);
          } else {
            in.skipField(tag);
          }
        });
    return found[0];
  }

  private OnnxNode node() throws IOException {
    countPart();
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    String[] texts = {"", "", ""};
    Attributes attributes = new Attributes();
    fields(
        (number, tag) -> {
          switch (number) {
            case 1 -> inputs.add(text(tag));
            case 2 -> outputs.add(text(tag));
            case 3 -> texts[0] = text(tag);
            case 4 -> texts[1] = text(tag);
            case 5 -> message(tag, () -> attribute(attributes));
            case 7 -> texts[2] = text(tag);
            default -> in.skipField(tag);
          }
        });
    String operator = texts[2].isEmpty() ? texts[1] : texts[2] + "." + texts[1];
    return new OnnxNode(
        operator,
        texts[0],
        inputs,
        outputs,
        attributes.integers,
        attributes.numbers,
        Optional.ofNullable(attributes.value));
  }

  /** What was read of the attributes of a node. */
  private static final class Attributes {
    private final Map<String, List<Long>> integers = new LinkedHashMap<>();
    private final Map<String, Float> numbers = new LinkedHashMap<>();
    private OnnxTensor value;
  }

  private void attribute(Attributes attributes) throws IOException {
    String[] called = {""};
    List<Long> integers = new ArrayList<>();
    List<Float> numbers = new ArrayList<>();
    int[] type = {0};
    fields(
        (number, tag) -> {
          switch (number) {
            case 20 -> type[0] = in.readEnum();
            case 1 -> called[0] = text(tag);
            case 2 -> numbers.add(in.readFloat());
            case 3, 8 -> integers(tag, integers);
            case 5 -> message(tag, () -> attributes.value = tensor());
            case 6, 11 -> throw refused("a node of it holds a graph");
            default -> in.skipField(tag);
          }
        });
    // A zero need not be written: then the type alone says that there is one.
    if (integers.isEmpty() && type[0] == INTEGER) {
      integers.add(0L);
    }
    if (numbers.isEmpty() && type[0] == NUMBER) {
      numbers.add(0f);
    }
    if (!integers.isEmpty() || type[0] == INTEGERS) {
      attributes.integers.put(called[0], integers);
    }
    if (!numbers.isEmpty()) {
      attributes.numbers.put(called[0], numbers.get(0));
    }
  }

  private OnnxTensor tensor() throws IOException {
    countPart();
    List<Long> dimensions = new ArrayList<>();
    int[] type = {0};
    String[] called = {""};
    ByteBuffer[] raw = {null};
    List<Float> floats = new ArrayList<>();
    List<Long> longs = new ArrayList<>();
    fields(
        (number, tag) -> {
          switch (number) {
            case 1 -> integers(tag, dimensions);
            case 2 -> type[0] = in.readEnum();
            case 4 -> raw[0] = floats(tag, floats, raw[0]);
            case 7 -> integers(tag, longs);
            case 8 -> called[0] = text(tag);
            case 9 -> raw[0] = in.readByteBuffer();
            case 13 -> throw refused("a tensor of it lies outside of the file");
            case 14 -> {
              if (in.readEnum() != 0) {
                throw refused("a tensor of it lies outside of the file");
              }
            }
            default -> in.skipField(tag);
          }
        });
    ByteBuffer values = raw[0] != null ? raw[0] : listed(floats, longs);
    return checked(called[0], type[0], dimensions, values);
  }

  /** Small tensors may stand as lists of numbers. */
  private static ByteBuffer listed(List<Float> floats, List<Long> longs) {
    ByteBuffer bytes =
        ByteBuffer.allocate(floats.size() * Float.BYTES + longs.size() * Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    floats.forEach(bytes::putFloat);
    longs.forEach(bytes::putLong);
    return bytes.flip();
  }

  private OnnxTensor checked(String called, int type, List<Long> dimensions, ByteBuffer values) {
    int[] shape = new int[dimensions.size()];
    long count = 1;
    for (int i = 0; i < shape.length; i++) {
      long dimension = dimensions.get(i);
      boolean small = dimension >= 0 && dimension <= Integer.MAX_VALUE;
      count *= small ? dimension : 0;
      if (!small || shape.length > MOST_DIMENSIONS || count > Integer.MAX_VALUE) {
        throw refused(String.format(Locale.ROOT, "tensor %s has the shape %s", called, dimensions));
      }
      shape[i] = (int) dimension;
    }
    int width = OnnxTensor.width(type);
    if (width > 0 && count * width != values.remaining()) {
      throw refused(
          String.format(
              Locale.ROOT,
              "tensor %s of the shape %s has %d bytes, not %d",
              called,
              dimensions,
              values.remaining(),
              count * width));
    }
    return new OnnxTensor(called, type, shape, values);
  }

  private void countPart() {
    parts++;
    if (parts > MOST_PARTS) {
      throw refused(
          String.format(Locale.ROOT, "it has more than %d nodes and tensors", MOST_PARTS));
    }
  }

  // ---- The wire ----

  private void fields(Field field) throws IOException {
    while (!in.isAtEnd()) {
      int tag = in.readTag();
      field.read(WireFormat.getTagFieldNumber(tag), tag);
    }
  }

  /** What reads the fields of a message inside another. */
  private interface Content {
    void read() throws IOException;
  }

  private void message(int tag, Content content) throws IOException {
    requireBytes(tag);
    int outer = in.pushLimit(in.readRawVarint32());
    content.read();
    in.popLimit(outer);
  }

  private String text(int tag) throws IOException {
    requireBytes(tag);
    ByteString bytes = in.readBytes();
    return bytes.toStringUtf8();
  }

  /** One integer, or many of them packed. */
  private void integers(int tag, List<Long> found) throws IOException {
    if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT) {
      found.add(in.readInt64());
      requireFew(found);
      return;
    }
    message(
        tag,
        () -> {
          while (in.getBytesUntilLimit() > 0) {
            found.add(in.readInt64());
            requireFew(found);
          }
        });
  }

  /** One number into the list; many of them packed are the bytes of a tensor. */
  private ByteBuffer floats(int tag, List<Float> found, ByteBuffer raw) throws IOException {
    if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_FIXED32) {
      found.add(in.readFloat());
      requireFew(found);
      return raw;
    }
    requireBytes(tag);
    return in.readByteBuffer();
  }

  private void requireFew(List<?> numbers) {
    if (numbers.size() > MOST_NUMBERS) {
      throw refused(
          String.format(Locale.ROOT, "it has a list of more than %d numbers", MOST_NUMBERS));
    }
  }

  private static void requireBytes(int tag) throws InvalidProtocolBufferException {
    if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      throw new InvalidProtocolBufferException(
          String.format(
              Locale.ROOT,
              "field %d is not a sequence of bytes",
              WireFormat.getTagFieldNumber(tag)));
    }
  }

  private CheckpointException refused(String rule) {
    return new CheckpointException(
        String.format(Locale.ROOT, "%s cannot be imported: %s", name, rule));
  }
}
