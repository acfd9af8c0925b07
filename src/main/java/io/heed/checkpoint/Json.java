package io.heed.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.UncheckedIOException;

/** Maps, lists and plain values as JSON, the same bytes on every platform. */
public final class Json {
  private static final ObjectWriter COMPACT = new ObjectMapper().writer();
  private static final ObjectWriter INDENTED =
      COMPACT.with(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));

  private Json() {}

  /** Without spaces or line breaks. */
  public static String compact(Object value) {
    return write(COMPACT, value);
  }

  /** One field a line, with a line break at the end. */
  public static String indented(Object value) {
    return write(INDENTED, value) + "\n";
  }

  private static String write(ObjectWriter writer, Object value) {
    try {
      return writer.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
