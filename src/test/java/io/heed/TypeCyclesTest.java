package io.heed;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Types of a package know each other one way, but for a few whose package says why. */
class TypeCyclesTest {
  /** The names of all types of a package that reach each other. */
  private record Cycle(String home, Set<String> types) {
    static Cycle in(String home, String... types) {
      return new Cycle("io.heed." + home, new TreeSet<>(List.of(types)));
    }
  }

  private static final List<Cycle> DEFENDED =
      List.of(
          Cycle.in("input", "FileTree", "HadoopTree", "LocalTree"),
          Cycle.in("layer", "Attention", "Sequences"),
          Cycle.in("model", "Decoder", "Transformer"),
          Cycle.in("output", "AtomicPlacement", "FileByFilePlacement", "Placement"),
          Cycle.in("output", "ReportText", "RunReport"),
          Cycle.in("output", "RunCounters", "TaskCounters"),
          Cycle.in("plot", "AttentionHeatMap", "HeatMapPainter"),
          Cycle.in("job", "Job", "JobContext"),
          Cycle.in("job", "FileComputation", "RowComputation", "TableRun"),
          Cycle.in("regression", "AttentionPoolingModel", "SavedModel"),
          Cycle.in("regression", "AttentionPooling", "WidthParams"));

  @Test
  void types_know_each_other_one_way_but_for_those_that_are_defended() {
    assertThat(cycles()).containsExactlyInAnyOrderElementsOf(DEFENDED);
  }

  @Test
  void every_type_of_a_cycle_is_named_where_its_package_is_described() throws IOException {
    for (Cycle cycle : DEFENDED) {
      String folder = cycle.home().replace('.', '/');
      String described = Files.readString(Path.of("src/main/java", folder, "package-info.java"));
      Set<String> words = Set.copyOf(List.of(described.split("\\W+")));
      assertThat(cycle.types()).as(cycle.home()).allMatch(words::contains, "is named");
    }
  }

  private static Set<Cycle> cycles() {
    Map<String, Set<String>> known = knownTypes();
    Map<String, Set<String>> reached = new TreeMap<>();
    for (String type : known.keySet()) {
      Set<String> others = new TreeSet<>();
      reach(type, known, others);
      reached.put(type, others);
    }
    Set<Cycle> cycles = new HashSet<>();
    reached.forEach(
        (type, others) -> {
          if (others.contains(type)) {
            int end = type.lastIndexOf('.');
            Set<String> types = new TreeSet<>();
            others.stream()
                .filter(other -> reached.get(other).contains(type))
                .forEach(other -> types.add(other.substring(end + 1)));
            cycles.add(new Cycle(type.substring(0, end), types));
          }
        });
    return cycles;
  }

  private static void reach(String type, Map<String, Set<String>> known, Set<String> reached) {
    for (String other : known.get(type)) {
      if (reached.add(other)) {
        reach(other, known, reached);
      }
    }
  }

  /** Each type to the others of its package that it names; what is nested is part of its type. */
  private static Map<String, Set<String>> knownTypes() {
    Map<String, Set<String>> known = new TreeMap<>();
    for (JavaClass type : ArchitectureTest.mainClasses()) {
      Set<String> others = known.computeIfAbsent(outermost(type), name -> new TreeSet<>());
      type.getDirectDependenciesFromSelf().stream()
          .map(Dependency::getTargetClass)
          .map(JavaClass::getBaseComponentType)
          .filter(other -> other.getPackageName().equals(type.getPackageName()))
          .map(TypeCyclesTest::outermost)
          .filter(other -> !other.equals(outermost(type)))
          .forEach(others::add);
    }
    return known;
  }

  private static String outermost(JavaClass type) {
    int nested = type.getName().indexOf('$');
    return nested < 0 ? type.getName() : type.getName().substring(0, nested);
  }
}
