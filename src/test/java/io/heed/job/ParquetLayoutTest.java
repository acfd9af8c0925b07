package io.heed.job;

import static org.apache.spark.sql.types.DataTypes.FloatType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;
import static org.assertj.core.api.Assertions.assertThat;

import io.heed.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetLayoutTest {
  private static final int ROWS = 99;
  private static final long ROW_GROUP_BYTES = 16 << 20;

  private final SparkSession spark = LocalSpark.twoCores();

  /** As many rows as Parquet by its own choice writes before it first looks at their size. */
  @Test
  void rowGroupsOfWideRowsAreSmall(@TempDir Path directory) throws IOException {
    SparkContext context = spark.sparkContext();
    StructType schema =
        new StructType()
            .add("embedding", createArrayType(createArrayType(FloatType, false), false), false);
    JavaRDD<Row> rows =
        JavaSparkContext.fromSparkContext(context)
            .parallelize(IntStream.range(0, ROWS).boxed().toList(), 1)
            .map(seed -> RowFactory.create((Object) wide(seed)));
    spark
        .createDataFrame(rows, schema)
        .write()
        .options(ParquetLayout.options(schema, context.getConf()))
        .parquet(directory.resolve("table").toString());

    List<BlockMetaData> groups = rowGroups(directory.resolve("table"));
    assertThat(groups.stream().mapToLong(BlockMetaData::getRowCount).sum()).isEqualTo(ROWS);
    assertThat(groups)
        .hasSize(3)
        .allMatch(group -> group.getTotalByteSize() < ROW_GROUP_BYTES * 5 / 4);
  }

  @Test
  void noArrayOfFloatsHasADictionary() {
    StructType schema =
        StructType.fromDDL(
            "id STRING, score FLOAT, embedding ARRAY<FLOAT>, tokens ARRAY<STRING>, attention"
                + " ARRAY<STRUCT<layer: INT, weights: ARRAY<ARRAY<ARRAY<FLOAT>>>>>");
    assertThat(ParquetLayout.options(schema, spark.sparkContext().getConf()))
        .extractingByKeys(
            "parquet.enable.dictionary#embedding.list.element",
            "parquet.enable.dictionary#attention.list.element.weights"
                + ".list.element.list.element.list.element")
        .containsOnly("false");
    assertThat(ParquetLayout.options(schema, spark.sparkContext().getConf()).keySet())
        .filteredOn(key -> key.startsWith("parquet.enable.dictionary"))
        .hasSize(2);
  }

  /** [512, 256], of half a megabyte that does not compress. */
  private static float[][] wide(int seed) {
    Random random = new Random(seed);
    float[][] vectors = new float[512][256];
    for (float[] vector : vectors) {
      for (int i = 0; i < vector.length; i++) {
        vector[i] = random.nextFloat();
      }
    }
    return vectors;
  }

  private static List<BlockMetaData> rowGroups(Path table) throws IOException {
    try (Stream<Path> files = Files.list(table)) {
      Path file = files.filter(path -> path.toString().endsWith(".parquet")).findFirst().get();
      try (ParquetFileReader reader =
          ParquetFileReader.open(
              HadoopInputFile.fromPath(
                  new org.apache.hadoop.fs.Path(file.toUri()), new Configuration()))) {
        return reader.getFooter().getBlocks();
      }
    }
  }
}
