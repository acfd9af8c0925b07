package io.heed.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the header of a safetensors file and checks every claim in it against the file's size.
 *
 * <p>The rules are those of the <a
 * href="https://github.com/huggingface/safetensors#format">format</a>: eight bytes of header
 * length, a JSON header, then the values; names are unique, a tensor's byte range has exactly the
 * length that its shape and dtype need, and the ranges together cover the data section from its
 * first byte to its last, without holes and without overlap.
 */
final class SafetensorsHeader {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final String METADATA = "__metadata__";

  /** The reference implementation's own limit. */
  private static final long MAX_HEADER_BYTES = 100_000_000;

  /** Bits of one value, by dtype. A dtype that is not here has a byte range of unchecked length. */
  private static final Map<String, Integer> BITS =
      Map.ofEntries(
          Map.entry("F64", 64),
          Map.entry("I64", 64),
          Map.entry("U64", 64),
          Map.entry("C64", 64),
          Map.entry("F32", 32),
          Map.entry("I32", 32),
          Map.entry("U32", 32),
          Map.entry("F16", 16),
          Map.entry("BF16", 16),
          Map.entry("I16", 16),
          Map.entry("U16", 16),
          Map.entry("F8_E4M3", 8),
          Map.entry("F8_E5M2", 8),
          Map.entry("F8_E8M0", 8),
          Map.entry("I8", 8),
          Map.entry("U8", 8),
          Map.entry("BOOL", 8),
          Map.entry("F4", 4));

  private final OpenFile file;
  private final long dataStart;
  private final long dataLength;
  private final Map<String, TensorEntry> entries = new LinkedHashMap<>();

  private SafetensorsHeader(OpenFile file, long dataStart) {
    this.file = file;
    this.dataStart = dataStart;
    this.dataLength = file.size() - dataStart;
  }

  /**
   * Reads the header of a file.
   *
   * @return the tensors by name, in the header's order
   * @throws CheckpointException naming the tensor and the file
   */
  static Map<String, TensorEntry> read(OpenFile file) {
    if (file.size() < Long.BYTES) {
      throw file.error("the file has %d bytes, fewer than the 8 of its header length", file.size());
    }
    ByteBuffer prefix = file.read(0, Long.BYTES);
    requireNoText(prefix.array(), file);
    long length = prefix.getLong(0);
    long after = file.size() - Long.BYTES;
    if (length < 0 || length > Math.min(after, MAX_HEADER_BYTES)) {
      throw file.error(
          "header length %s is more than the %d bytes that follow it or the limit of %d",
          Long.toUnsignedString(length), after, MAX_HEADER_BYTES);
    }
    byte[] json = file.read(Long.BYTES, (int) length).array();
    return parse(json, new SafetensorsHeader(file, Long.BYTES + length));
  }

  /** A length that the format allows has zeros where a message of a server has letters. */
  private static void requireNoText(byte[] prefix, OpenFile file) {
    String text = new String(prefix, StandardCharsets.ISO_8859_1);
    if (text.chars().allMatch(c -> c >= ' ' && c < 127)) {
      throw file.error(
          "the file begins with the text '%s', not with the length of a safetensors header", text);
    }
  }

  private static Map<String, TensorEntry> parse(byte[] json, SafetensorsHeader header) {
    try (JsonParser parser = JSON.createParser(json)) {
      header.readTensors(parser);
    } catch (JsonProcessingException e) {
      throw header.error("the header is not valid JSON: " + JsonFile.reason(e), e);
    } catch (IOException e) {
      throw header.error("the header cannot be read: " + e.getMessage(), e);
    }
    header.checkCoverage();
    return header.entries;
  }

  private void readTensors(JsonParser parser) throws IOException {
    expect(parser.nextToken(), JsonToken.START_OBJECT, "the header");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      expect(parser.nextToken(), JsonToken.START_OBJECT, "the entry of " + name);
      if (name.equals(METADATA)) {
        parser.skipChildren();
      } else {
        entries.put(name, readTensor(parser, name));
      }
    }
    if (parser.nextToken() != null) {
      throw error("the header goes on after its closing brace");
    }
  }

  private TensorEntry readTensor(JsonParser parser, String name) throws IOException {
    String dtype = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (field) {
        case "dtype" -> {
          expect(value, JsonToken.VALUE_STRING, "dtype of " + name);
          dtype = parser.getText();
        }
        case "shape" -> shape = readSizes(parser, TensorEntry.MAX_DIMENSIONS, "shape of " + name);
        case "data_offsets" -> offsets = readSizes(parser, 2, "data_offsets of " + name);
        default ->
            throw error(
                String.format(Locale.ROOT, "unknown key %s in the entry of %s", field, name));
      }
    }
    if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
      throw error(name + " needs dtype, shape and two data_offsets");
    }
    return checked(name, dtype, shape, offsets.get(0), offsets.get(1));
  }

  private List<Long> readSizes(JsonParser parser, int limit, String what) throws IOException {
    expect(parser.currentToken(), JsonToken.START_ARRAY, what);
    List<Long> sizes = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      expect(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, what);
      if (sizes.size() == limit) {
        throw error(String.format(Locale.ROOT, "%s has more than %d numbers", what, limit));
      }
      boolean fits = parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
      if (!fits || parser.getLongValue() < 0) {
        throw error(
            String.format(
                Locale.ROOT, "%s holds %s, not between 0 and 2^63", what, parser.getText()));
      }
      sizes.add(parser.getLongValue());
    }
    return sizes;
  }

  private TensorEntry checked(String name, String dtype, List<Long> shape, long begin, long end) {
    if (begin > end || end > dataLength) {
      throw error(
          String.format(
              Locale.ROOT,
              "data_offsets [%d, %d] of %s are not inside the %d bytes of data",
              begin,
              end,
              name,
              dataLength));
    }
    Integer bits = BITS.get(dtype);
    if (bits != null) {
      long needed = byteLength(name, dtype, shape, bits);
      if (needed != end - begin) {
        throw error(
            String.format(
                Locale.ROOT,
                "%s of shape %s in %s needs %d bytes, its data_offsets [%d, %d] hold %d",
                name,
                shape,
                dtype,
                needed,
                begin,
                end,
                end - begin));
      }
    }
    return new TensorEntry(name, dtype, shape, Optional.empty(), dataStart + begin, end - begin);
  }

  private long byteLength(String name, String dtype, List<Long> shape, int bits) {
    try {
      long total = bits;
      for (long dimension : shape) {
        total = Math.multiplyExact(total, dimension);
      }
      return total / Byte.SIZE + (total % Byte.SIZE == 0 ? 0 : 1);
    } catch (ArithmeticException e) {
      throw error(
          String.format(Locale.ROOT, "%s of shape %s in %s has too many bytes", name, shape, dtype),
          e);
    }
  }

  private void checkCoverage() {
    List<TensorEntry> ordered = new ArrayList<>(entries.values());
    ordered.sort(
        Comparator.comparingLong(TensorEntry::position).thenComparingLong(TensorEntry::byteLength));
    long covered = dataStart;
    String previous = "the header";
    for (TensorEntry entry : ordered) {
      if (entry.position() != covered) {
        throw error(
            entry.position() < covered
                ? String.format(
                    Locale.ROOT,
                    "%s begins at %d, but %s ends at %d: tensors must not overlap",
                    entry.name(),
                    entry.position() - dataStart,
                    previous,
                    covered - dataStart)
                : String.format(
                    Locale.ROOT,
                    "%d bytes between %s and %s belong to no tensor",
                    entry.position() - covered,
                    previous,
                    entry.name()));
      }
      covered += entry.byteLength();
      previous = entry.name();
    }
    long end = dataStart + dataLength;
    if (covered != end) {
      throw error(
          String.format(Locale.ROOT, "the last %d bytes belong to no tensor", end - covered));
    }
  }

  private void expect(JsonToken found, JsonToken expected, String what) {
    if (found != expected) {
      throw error(String.format(Locale.ROOT, "%s is %s, expected %s", what, found, expected));
    }
  }

  private CheckpointException error(String message) {
    return error(message, null);
  }

  private CheckpointException error(String message, Throwable cause) {
    return new CheckpointException(
        String.format(Locale.ROOT, "%s (%s)", message, file.name()), cause);
  }
}
