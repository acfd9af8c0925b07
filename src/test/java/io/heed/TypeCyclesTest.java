package io.heed;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Types of a package know each other one way, but for a few whose package says why. */
class TypeCyclesTest {
  /** Package to its cycles, each the names of all types that reach each other. */
  private static final Map<String, Set<Set<String>>> DEFENDED =
      Map.of(
          "io.heed.input", Set.of(Set.of("FileTree", "HadoopTree", "LocalTree")),
          "io.heed.layer", Set.of(Set.of("Attention", "Sequences")),
          "io.heed.model", Set.of(Set.of("Decoder", "Transformer")),
          "io.heed.output",
              Set.of(
                  Set.of("AtomicPlacement", "FileByFilePlacement", "Placement"),
                  Set.of("ReportText", "RunReport"),
                  Set.of("RunCounters", "TaskCounters")),
          "io.heed.plot", Set.of(Set.of("AttentionHeatMap", "HeatMapPainter")),
          "io.heed.job", Set.of(Set.of("Job", "JobContext"), Set.of("RowComputation", "TableRun")),
          "io.heed.regression", Set.of(Set.of("AttentionPoolingModel", "SavedModel")));

  @Test
  void types_know_each_other_one_way_but_for_those_that_are_defended() {
    assertThat(cycles()).isEqualTo(DEFENDED);
  }

  @Test
  void every_type_of_a_cycle_is_named_where_its_package_is_described() throws IOException {
    for (Map.Entry<String, Set<Set<String>>> cycles : DEFENDED.entrySet()) {
      String folder = cycles.getKey().replace('.', '/');
      String described = Files.readString(Path.of("src/main/java", folder, "package-info.java"));
      for (Set<String> cycle : cycles.getValue()) {
        assertThat(described.split("\\W+")).as(cycles.getKey()).containsAll(cycle);
      }
    }
  }

  private static Map<String, Set<Set<String>>> cycles() {
    Map<String, Set<String>> known = knownTypes();
    Map<String, Set<String>> reached = new TreeMap<>();
    for (String type : known.keySet()) {
      Set<String> others = new TreeSet<>();
      reach(type, known, others);
      reached.put(type, others);
    }
    Map<String, Set<Set<String>>> cycles = new TreeMap<>();
    reached.forEach(
        (type, others) -> {
          if (others.contains(type)) {
            Set<String> cycle =
                others.stream()
                    .filter(other -> reached.get(other).contains(type))
                    .map(other -> other.substring(other.lastIndexOf('.') + 1))
                    .collect(Collectors.toSet());
            String home = type.substring(0, type.lastIndexOf('.'));
            cycles.computeIfAbsent(home, name -> new HashSet<>()).add(cycle);
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
