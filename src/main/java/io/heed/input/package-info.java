/**
 * Files enter: JSON lines, CSV, text or Parquet; a file, a directory or a glob. Input rows leave,
 * each with its typed id, payload and kept columns, the place it came from, and the reason when it
 * cannot be used.
 *
 * <p>A place is a source (the path of a file) and a position: the byte offset at which the record
 * starts for text-like formats (of the decompressed content where the file is compressed), the
 * index of the row for Parquet. It does not depend on how the input was split.
 *
 * <p>Types that know each other: {@code FileTree} chooses between {@code LocalTree} and {@code
 * HadoopTree}, so that who walks a tree need not know that there are two.
 */
package io.heed.input;
