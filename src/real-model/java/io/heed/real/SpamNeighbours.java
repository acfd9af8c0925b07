package io.heed.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heed.embed.Embedder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whether a mail is spam, told by its five nearest neighbours: of a public set of mails, which
 * {@code benchmarks/quality} fetches. It takes a minute or two, so its name keeps it from those
 * that always run.
 */
class SpamNeighbours {
  private static final Path DATA = Path.of("target", "spam-assassin", "package", "data");
  private static final int EVERY = 3;
  private static final int NEIGHBOURS = 5;

  /** Characters of a mail, of which a model of 256 tokens reads the first thousand or so. */
  private static final int MOST_CHARACTERS = 5_000;

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  /** Subject and body: what the other headers say of a mail is no matter of meaning. */
  private record Mail(String text, boolean spam) {
    static Mail read(Path file) {
      try {
        JsonNode json = JSON.readTree(file.toFile());
        String[] parts = json.get("text").asText().split("\n\n", 2);
        String subject =
            parts[0]
                .lines()
                .filter(line -> line.startsWith("Subject: "))
                .findFirst()
                .map(line -> line.substring("Subject: ".length()))
                .orElse("");
        String text = subject + "\n" + (parts.length > 1 ? parts[1] : "");
        return new Mail(
            text.substring(0, Math.min(text.length(), MOST_CHARACTERS)),
            json.get("group").asText().startsWith("spam"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static List<Mail> mails() throws IOException {
    assertThat(DATA).as("benchmarks/quality fetches it").isDirectory();
    List<Path> files;
    try (Stream<Path> all = Files.walk(DATA)) {
      files =
          all.filter(file -> file.getFileName().toString().matches("\\d+\\..*\\.json"))
              .sorted(Comparator.comparing(Path::toString))
              .toList();
    }
    return IntStream.range(0, files.size())
        .filter(i -> i % EVERY == 0)
        .mapToObj(i -> Mail.read(files.get(i)))
        .toList();
  }

  @Test
  void fiveNeighboursTellSpam() throws IOException {
    List<Mail> mails = mails();
    long spam = mails.stream().filter(Mail::spam).count();
    double largest = Math.max(spam, mails.size() - spam) / (double) mails.size();
    double trained = accuracy(mails, SampleJars.RELEASE.imported(directory));
    double untrained = accuracy(mails, Path.of("sample-data", "checkpoint"));

    System.out.printf(
        Locale.ROOT,
        "%d mails, %d spam: right by %d neighbours %.1f%%, with an untrained model %.1f%%, by the"
            + " larger class %.1f%%%n",
        mails.size(),
        spam,
        NEIGHBOURS,
        100 * trained,
        100 * untrained,
        100 * largest);
    assertThat(trained).isGreaterThan(0.9).isGreaterThan(untrained).isGreaterThan(largest);
  }

  /** Each mail by the nearest of all others. */
  private static double accuracy(List<Mail> mails, Path model) {
    List<float[]> vectors;
    try (Embedder embedder = Embedder.open(model)) {
      vectors = mails.parallelStream().map(mail -> embedder.embed(mail.text())).toList();
    }
    Neighbours rows = new Neighbours(vectors);
    long right =
        IntStream.range(0, mails.size())
            .parallel()
            .filter(i -> vote(rows.nearest(i, NEIGHBOURS), mails) == mails.get(i).spam())
            .count();
    return right / (double) mails.size();
  }

  private static boolean vote(List<Integer> near, List<Mail> mails) {
    return near.stream().filter(other -> mails.get(other).spam()).count() > NEIGHBOURS / 2;
  }
}
