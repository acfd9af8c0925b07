package io.heed.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The driver of {@code src/test/cuda}, whose GPU is the CPU. It is compiled where there is g++, or
 * given by {@link Cuda#LIBRARY}, and is this JVM's only one.
 */
public final class EmulatedDriver {
  private static final Path SOURCES = Path.of("src/test/cuda").toAbsolutePath();
  private static final Path KERNELS = Path.of("src/main/cuda").toAbsolutePath();
  private static final Optional<String> GIVEN =
      Optional.ofNullable(System.getProperty(Cuda.LIBRARY));
  private static final Path LIBRARY =
      Path.of(GIVEN.orElse("target/emulated-gpu/libcuda.so.1")).toAbsolutePath();
  private static final Optional<String> FAULT = build();

  private EmulatedDriver() {}

  /** Ends a test, and says so, where there is no compiler. */
  public static void require() {
    FAULT.ifPresent(why -> System.out.println("NOT RUN: the emulated GPU: " + why));
    assumeThat(FAULT).isEmpty();
    // Also loads it, for tests that call the driver before they open its GPU.
    assertThat(Cuda.failure()).isEmpty();
    library().getFunction("heed_emulate_nothing").invokeVoid(new Object[0]);
  }

  /** Where it is, for other JVMs. */
  public static Path file() {
    return LIBRARY;
  }

  private static NativeLibrary library() {
    return NativeLibrary.getInstance(LIBRARY.toString());
  }

  /** What the driver is to do from now on, until a test requires it again. */
  public static void emulate(String key, long value) {
    library().getFunction("heed_emulate").invokeVoid(new Object[] {key, value});
  }

  /** How often a kernel was launched, by its name, or the bytes that are {@code allocated}. */
  public static long emulated(String key) {
    Object counted = library().getFunction("heed_emulated").invoke(Long.class, new Object[] {key});
    return (Long) counted;
  }

  private static Optional<String> build() {
    System.setProperty(Cuda.LIBRARY, LIBRARY.toString());
    boolean isAmd64 = System.getProperty("os.arch").equals("amd64");
    if (!isAmd64 || !System.getProperty("os.name").equals("Linux")) {
      return Optional.of("its threads are those of Linux on x86-64");
    }
    try {
      if (GIVEN.isEmpty()) {
        compileOnce();
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** Other JVMs of the same tests wait for it. */
  private static void compileOnce() throws IOException {
    Files.createDirectories(LIBRARY.getParent());
    try (FileChannel lock =
        FileChannel.open(
            LIBRARY.resolveSibling("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      lock.lock();
      if (!isFresh()) {
        compile();
      }
    }
  }

  private static boolean isFresh() throws IOException {
    if (!Files.exists(LIBRARY)) {
      return false;
    }
    FileTime built = Files.getLastModifiedTime(LIBRARY);
    return Stream.of(SOURCES, KERNELS)
        .flatMap(EmulatedDriver::files)
        .allMatch(time -> time.compareTo(built) < 0);
  }

  private static Stream<FileTime> files(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(EmulatedDriver::time).sorted(Comparator.reverseOrder()).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FileTime time(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An {@link IOException} says that there is no compiler; one that fails is a failure. */
  private static void compile() throws IOException {
    Path next = LIBRARY.resolveSibling("libcuda.so.1." + ProcessHandle.current().pid());
    List<String> command =
        List.of(
            "g++",
            "-std=c++17",
            "-O2",
            "-fPIC",
            "-shared",
            "-fvisibility=hidden",
            "-Wall",
            "-Wextra",
            "-Wno-unknown-pragmas",
            "-Werror",
            "-I" + KERNELS,
            "-I" + SOURCES,
            "-o",
            next.toString(),
            SOURCES.resolve("emulated_driver.cc").toString());
    Process compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
    String told = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      assertThat(compiler.waitFor()).as(told).isZero();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    Files.move(next, LIBRARY, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }
}
