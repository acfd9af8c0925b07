package io.heed.output;

import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;

/**
 * A {@link Provenance} in the metadata of a column, which Spark keeps in the footers of files
 * whoever writes them.
 */
public final class ProvenanceMetadata {
  private ProvenanceMetadata() {}

  /** The same keys and values as in the metadata of a file. */
  public static Metadata of(Provenance provenance) {
    MetadataBuilder metadata = new MetadataBuilder();
    provenance.entries().forEach(metadata::putString);
    return metadata.build();
  }
}
