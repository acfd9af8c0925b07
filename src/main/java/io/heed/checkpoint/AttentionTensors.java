package io.heed.checkpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The weights of one attention layer: a file of tensors with {@code query.weight} {@code [out,
 * in]}, {@code query.bias} {@code [out]}, the same of {@code key}, {@code value} and {@code
 * output}, {@code score.weight} {@code [out, in]} of a bilinear score and {@code score.vector}
 * {@code [D]} of an additive one. Any of the maps may be absent, and any bias.
 *
 * @param hash of the file's content
 */
public record AttentionTensors(
    Optional<StoredMap> query,
    Optional<StoredMap> key,
    Optional<StoredMap> value,
    Optional<StoredMap> output,
    Optional<StoredMap> scoreWeight,
    Optional<float[]> scoreVector,
    String hash) {
  private static final String SCORE_VECTOR = "score.vector";
  private static final String SCORE_WEIGHT = "score.weight";
  private static final Set<String> KNOWN =
      new TreeSet<>(
          List.of(
              "query.weight",
              "query.bias",
              "key.weight",
              "key.bias",
              "value.weight",
              "value.bias",
              "output.weight",
              "output.bias",
              SCORE_WEIGHT,
              SCORE_VECTOR));

  /**
   * A linear map.
   *
   * @param weight {@code [outputs, inputs]}, row-major
   * @param bias {@code [outputs]}, zeros where the file has none
   */
  public record StoredMap(float[] weight, int outputs, int inputs, float[] bias) {}

  /**
   * Reads a whole file.
   *
   * @throws CheckpointException when it is not a file of tensors, has a tensor of another name or
   *     shape, or a value that is not finite
   */
  public static AttentionTensors read(Path path) {
    String name = path.getFileName().toString();
    UnfetchedFile.refuse(path, name);
    try (TensorFile file = TensorFile.open(path, name)) {
      checkNames(file);
      return new AttentionTensors(
          map(file, "query"),
          map(file, "key"),
          map(file, "value"),
          map(file, "output"),
          map(file, "score"),
          file.names().contains(SCORE_VECTOR)
              ? Optional.of(file.read(SCORE_VECTOR, size(file, SCORE_VECTOR, 1)[0]))
              : Optional.empty(),
          ContentHash.of(new TreeMap<>(Map.of(name, path))));
    }
  }

  private static void checkNames(TensorFile file) {
    for (String name : file.names()) {
      if (!KNOWN.contains(name)) {
        throw new CheckpointException(
            String.format(
                Locale.ROOT,
                "the tensor %s is not one of %s (%s)",
                name,
                String.join(", ", KNOWN),
                file.fileName()));
      }
      String weight = name.replace(".bias", ".weight");
      if (!file.names().contains(weight)) {
        throw new CheckpointException(
            String.format(
                Locale.ROOT, "there is %s without %s (%s)", name, weight, file.fileName()));
      }
    }
  }

  private static Optional<StoredMap> map(TensorFile file, String name) {
    String weight = name + ".weight";
    String bias = name + ".bias";
    if (!file.names().contains(weight)) {
      return Optional.empty();
    }
    int[] shape = size(file, weight, 2);
    return Optional.of(
        new StoredMap(
            file.read(weight, shape[0], shape[1]),
            shape[0],
            shape[1],
            file.names().contains(bias) ? file.read(bias, shape[0]) : new float[shape[0]]));
  }

  /** The shape of a tensor, of so many dimensions that each is an int above 0. */
  private static int[] size(TensorFile file, String name, int dimensions) {
    List<Long> shape = file.shape(name);
    boolean fits =
        shape.size() == dimensions
            && shape.stream().allMatch(size -> size > 0 && size <= Integer.MAX_VALUE);
    if (!fits) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s has shape %s, expected %d dimensions above 0 (%s)",
              name,
              shape,
              dimensions,
              file.fileName()));
    }
    return shape.stream().mapToInt(Long::intValue).toArray();
  }
}
