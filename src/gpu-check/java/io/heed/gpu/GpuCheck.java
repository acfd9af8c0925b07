package io.heed.gpu;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Computes on a GPU what it is told, a command a line on standard input, its words apart by tabs,
 * and says on standard output what came of it: {@code ok} or {@code fault}, a tab, and the rest.
 * Whoever asks can so time others between two answers.
 *
 * <pre>
 * paths                                                  the ways of computing that this GPU has
 * open PATH MODEL                                        a checkpoint on the device, for one way
 * take PATH                                              which way the next commands go
 * put BUFFER FILE, get BUFFER FILE, room BUFFER BYTES    bytes of the device; room is filled with ones
 * product PART INPUT RESIDUAL OUTPUT ROWS TIMES          a product of the first block
 * normalize INPUT OUTPUT ROWS TIMES                      its first normalisation
 * attend INPUT STARTS OUTPUT TIMES                       attention, its heads those of the model
 * embed IDS STARTS POOLING BATCH_TOKENS OUTPUT TIMES     vectors of length 1, and their flags
 * </pre>
 *
 * <p>STARTS is a buffer too, {@code int [n + 1]}. Answers to the last four begin with the
 * milliseconds of each of so many times.
 */
public final class GpuCheck implements AutoCloseable {
  private final DeviceBuffers buffers = new DeviceBuffers(DeviceMemory.ofDriver());
  private final Map<String, GpuDevice> paths = DevicePaths.open();
  private final Map<String, ModelOnDevice> models = new HashMap<>();
  private ModelOnDevice model;

  GpuCheck() {}

  public static void main(String... arguments) throws IOException {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (GpuCheck check = new GpuCheck()) {
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        System.out.println(check.answer(line.split("\t")));
      }
    }
  }

  /** What is said of a command, its words apart. */
  String answer(String... words) {
    try {
      return "ok\t" + run(words);
    } catch (IOException | RuntimeException e) {
      e.printStackTrace();
      return "fault\t" + e.toString().replaceAll("\\s+", " ");
    }
  }

  private String run(String... words) throws IOException {
    return switch (words[0]) {
      case "paths" ->
          paths.entrySet().stream()
              .map(path -> path.getKey() + "\t" + path.getValue())
              .collect(Collectors.joining("\t"));
      case "open" -> open(words[1], Path.of(words[2]));
      case "take" -> take(words[1]);
      case "put" -> buffers.put(words[1], Path.of(words[2]));
      case "get" -> buffers.get(words[1], Path.of(words[2]));
      case "room" -> buffers.room(words[1], Long.parseLong(words[2]));
      case "product" ->
          timed(
              words[6],
              model.product(
                  words[1], at(words[2]), at(words[3]), at(words[4]), Integer.parseInt(words[5])));
      case "normalize" ->
          timed(words[4], model.normalize(at(words[1]), at(words[2]), Integer.parseInt(words[3])));
      case "attend" ->
          timed(words[4], model.attend(at(words[1]), buffers.integers(words[2]), at(words[3])));
      case "embed" -> {
        ModelOnDevice.Embedding embedding =
            model.embedding(
                at(words[1]),
                buffers.integers(words[2]),
                words[3],
                Integer.parseInt(words[4]),
                at(words[5]));
        yield timed(words[6], embedding) + "\t" + embedding.flags();
      }
      default -> throw new IllegalArgumentException("there is no command " + words[0]);
    };
  }

  private String open(String path, Path directory) throws IOException {
    ModelOnDevice former = models.remove(path);
    if (former != null) {
      former.close();
    }
    models.put(path, ModelOnDevice.open(paths.get(path), directory));
    return take(path);
  }

  private String take(String path) {
    model = models.get(path);
    return paths.get(path).toString();
  }

  private long at(String buffer) {
    return buffers.address(buffer);
  }

  /** The clock of this machine, which others are timed by as well: what is asked for is long. */
  private static String timed(String times, Runnable work) {
    int count = Integer.parseInt(times);
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      work.run();
    }
    Cuda.check(Cuda.cuStreamSynchronize(Cuda.STREAM), "cuStreamSynchronize");
    return String.format(Locale.ROOT, "%.6f", (System.nanoTime() - start) / 1e6 / count);
  }

  @Override
  public void close() {
    models.values().forEach(ModelOnDevice::close);
    buffers.close();
  }
}
