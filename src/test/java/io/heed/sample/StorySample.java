package io.heed.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Short stories by a small grammar, for training: who goes somewhere, what they find there, what
 * the weather makes of it, and who gets it in the end. A name is followed by its pronoun, and the
 * thing that is found is the one that is given away, so that a reader sees at once whether a model
 * that continues a story has learnt more than which words are frequent.
 */
public final class StorySample {
  private static final long SEED = 20260107;
  private static final int STORIES = 1500;

  private static final List<String> WOMEN =
      List.of("Mia", "Anna", "Ruth", "Clara", "Ida", "Nora", "Lena", "Paula", "Vera", "Elsa");
  private static final List<String> MEN =
      List.of("Tom", "Paul", "Karl", "Hugo", "Otto", "Emil", "Jan", "Felix", "Oscar", "Leo");
  private static final List<String> DAYS =
      List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");
  private static final List<String> PLACES =
      List.of("market", "harbour", "library", "station", "forest", "museum", "bridge", "garden");
  private static final List<String> COLOURS =
      List.of("red", "blue", "green", "old", "small", "silver", "broken", "yellow");
  private static final List<String> THINGS =
      List.of("lamp", "coat", "book", "clock", "map", "cup", "key", "letter", "drum", "bicycle");
  private static final List<String> FINDING =
      List.of("bought", "found", "saw and took", "borrowed");
  private static final List<String> RELATIVES =
      List.of("sister", "brother", "mother", "father", "uncle", "teacher", "neighbour");

  /** Weather, and what one does then. */
  private static final List<String> WEATHER =
      List.of(
          "It began to rain, so %s ran home.",
          "The sun was shining, so %s walked home slowly.",
          "A storm came up, so %s waited under a roof.",
          "It was cold, so %s took the bus.",
          "Snow was falling, so %s stayed for a cup of tea.");

  private final SplittableRandom random = new SplittableRandom(SEED);

  private StorySample() {}

  /** Writes the file into {@code sample-data}. */
  public static void main(String... arguments) throws IOException {
    Files.writeString(Path.of("sample-data/stories.jsonl"), file());
  }

  /** The content of {@code stories.jsonl}. */
  static String file() {
    StorySample sample = new StorySample();
    StringBuilder lines = new StringBuilder();
    for (int i = 1; i <= STORIES; i++) {
      lines.append(
          String.format(
              Locale.ROOT, "{\"id\": \"t-%04d\", \"text\": \"%s\"}%n", i, sample.story()));
    }
    return lines.toString().replace(System.lineSeparator(), "\n");
  }

  private String story() {
    boolean woman = random.nextBoolean();
    String name = one(woman ? WOMEN : MEN);
    String pronoun = woman ? "she" : "he";
    String possessive = woman ? "her" : "his";
    String colour = one(COLOURS);
    String thing = one(THINGS);
    String article = "aeiou".indexOf(colour.charAt(0)) < 0 ? "a" : "an";
    return String.format(
        Locale.ROOT,
        "On %s %s went to the %s. There %s %s %s %s %s. %s In the evening %s gave the %s to %s %s.",
        one(DAYS),
        name,
        one(PLACES),
        pronoun,
        one(FINDING),
        article,
        colour,
        thing,
        String.format(Locale.ROOT, one(WEATHER), pronoun),
        pronoun,
        thing,
        possessive,
        one(RELATIVES));
  }

  private String one(List<String> some) {
    return some.get(random.nextInt(some.size()));
  }
}
