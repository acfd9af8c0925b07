package io.heed.output;

import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/**
 * Rejected rows in Parquet's terms.
 *
 * <p>Two of Parquet's methods that take a Hadoop configuration are abstract and deprecated at once.
 */
@SuppressWarnings("deprecation")
final class RejectedRowsParquet extends WriteSupport<RejectedRow> {
  /** A row group is written out as soon as it holds this much, so a task holds little more. */
  static final int ROW_GROUP_BYTES = 4 << 20;

  private static final int PAGE_BYTES = 256 << 10;

  private final IdColumn id;
  private RecordConsumer consumer;

  private RejectedRowsParquet(IdColumn id) {
    this.id = id;
  }

  static ParquetWriter<RejectedRow> open(
      Configuration configuration, Path file, IdColumn id, Provenance provenance)
      throws IOException {
    return new Builder(HadoopOutputFile.fromPath(file, configuration), id)
        .withConf(configuration)
        .withExtraMetaData(provenance.entries())
        .withCompressionCodec(CompressionCodecName.ZSTD)
        .withRowGroupSize((long) ROW_GROUP_BYTES)
        .withPageSize(PAGE_BYTES)
        // Rows may have any length, so sizes are looked at after each, not after an estimate.
        .withMinRowCountForPageSizeCheck(1)
        .withMaxRowCountForPageSizeCheck(1)
        .withDictionaryEncoding(false)
        .withDictionaryEncoding("reason", true)
        .withDictionaryEncoding("source", true)
        // Whole rows as minimum and maximum help no reader.
        .withStatisticsEnabled("row", false)
        .withStatisticsEnabled("message", false)
        .build();
  }

  @Override
  public String getName() {
    return "heed-rejected-rows";
  }

  @Override
  public WriteContext init(Configuration configuration) {
    return new WriteContext(
        new MessageType(
            "rejected",
            id.parquetType(),
            text("reason"),
            text("message"),
            text("source"),
            Types.required(PrimitiveTypeName.INT64).named("position"),
            text("row")),
        Map.of());
  }

  @Override
  public void prepareForWrite(RecordConsumer recordConsumer) {
    consumer = recordConsumer;
  }

  @Override
  public void write(RejectedRow row) {
    consumer.startMessage();
    if (row.id() != null) {
      consumer.startField("id", 0);
      id.add(consumer, row.id());
      consumer.endField("id", 0);
    }
    addText("reason", 1, row.rejection().reason().code());
    addText("message", 2, row.rejection().message());
    addText("source", 3, row.source());
    consumer.startField("position", 4);
    consumer.addLong(row.position());
    consumer.endField("position", 4);
    addText("row", 5, row.row());
    consumer.endMessage();
  }

  private void addText(String field, int index, String value) {
    if (value != null) {
      consumer.startField(field, index);
      consumer.addBinary(Binary.fromString(value));
      consumer.endField(field, index);
    }
  }

  private static Type text(String field) {
    return Types.optional(PrimitiveTypeName.BINARY)
        .as(LogicalTypeAnnotation.stringType())
        .named(field);
  }

  private static final class Builder extends ParquetWriter.Builder<RejectedRow, Builder> {
    private final IdColumn id;

    Builder(OutputFile file, IdColumn id) {
      super(file);
      this.id = id;
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    protected WriteSupport<RejectedRow> getWriteSupport(Configuration configuration) {
      return new RejectedRowsParquet(id);
    }
  }
}
