package io.heed;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Data moves one way: which package may import which, and which libraries stand where. */
@AnalyzeClasses(packages = "io.heed", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final Set<String> BELOW_ENGINE =
      Set.of(
          "tensor",
          "row",
          "series",
          "kernel",
          "checkpoint",
          "batch",
          "layer",
          "model",
          "architecture",
          "text");
  private static final Set<String> BELOW_LAYER = Set.of("tensor", "kernel", "checkpoint", "batch");
  private static final Set<String> BELOW_SPARK =
      and(BELOW_ENGINE, "value", "engine", "input", "output", "settings");

  private static final Set<String> BELOW_COMPUTATION =
      and(BELOW_SPARK, "spark.executor", "spark.table", "spark.tokens", "job");

  /** Package to those of ours that it may import, beside itself. */
  private static final Map<String, Set<String>> MAY_IMPORT =
      Map.ofEntries(
          Map.entry("tensor", Set.of()),
          Map.entry("row", Set.of()),
          Map.entry("text", Set.of()),
          Map.entry("series", Set.of("row", "checkpoint")),
          Map.entry("kernel", Set.of("tensor")),
          Map.entry("checkpoint", Set.of("tensor")),
          Map.entry("batch", Set.of("tensor")),
          Map.entry("layer", BELOW_LAYER),
          Map.entry("model", and(BELOW_LAYER, "layer")),
          Map.entry("architecture", and(BELOW_LAYER, "layer", "model", "series")),
          Map.entry("engine", BELOW_ENGINE),
          Map.entry("gpu", Set.of("tensor", "kernel", "layer", "model", "engine")),
          Map.entry("corpus", Set.of("tensor", "row", "kernel", "batch", "checkpoint")),
          Map.entry("training", and(BELOW_ENGINE, "engine", "corpus")),
          Map.entry("plot", Set.of("tensor")),
          Map.entry("value", Set.of()),
          Map.entry("input", Set.of("row", "value")),
          Map.entry("output", Set.of("row", "value")),
          Map.entry("settings", Set.of()),
          Map.entry("spark.executor", BELOW_SPARK),
          Map.entry("spark.table", and(BELOW_SPARK, "spark.executor")),
          Map.entry("spark.tokens", and(BELOW_SPARK, "spark.executor", "spark.table")),
          Map.entry("regression", and(BELOW_SPARK, "spark.table")),
          Map.entry(
              "job",
              and(
                  BELOW_SPARK,
                  "spark.executor",
                  "spark.table",
                  "spark.tokens",
                  "regression",
                  "training")),
          Map.entry("onnx", and(BELOW_ENGINE, "engine", "output", "settings", "job")),
          Map.entry("rapids", and(BELOW_COMPUTATION, "gpu")),
          Map.entry("embed", and(BELOW_COMPUTATION, "plot", "onnx", "gpu", "rapids")),
          Map.entry("classify", BELOW_COMPUTATION),
          Map.entry("score", BELOW_COMPUTATION),
          Map.entry("generate", BELOW_COMPUTATION),
          Map.entry("attend", BELOW_COMPUTATION),
          Map.entry("regress", and(BELOW_COMPUTATION, "plot", "regression")),
          Map.entry("discretize", BELOW_COMPUTATION),
          Map.entry("train", and(BELOW_COMPUTATION, "plot", "training", "corpus")),
          Map.entry("spark", and(BELOW_COMPUTATION, "embed", "rapids")));

  /** Rooms that compute something for users, each with all that belongs to it. */
  private static final List<String> COMPUTATIONS =
      List.of("embed", "classify", "score", "generate", "attend", "regress", "discretize", "train");

  private static final List<String> SPARK_ROOMS =
      Stream.concat(
              Stream.of("spark.executor", "spark.table", "spark.tokens", "spark", "job", "rapids"),
              COMPUTATIONS.stream())
          .toList();
  private static final List<String> ON_SPARK =
      Stream.concat(
              Stream.of("regression", "value", "input", "output", "settings"), SPARK_ROOMS.stream())
          .toList();
  private static final List<String> WITH_JSON =
      Stream.concat(
              Stream.of(
                  "checkpoint",
                  "corpus",
                  "training",
                  "series",
                  "text",
                  "value",
                  "input",
                  "output",
                  "settings"),
              SPARK_ROOMS.stream())
          .toList();

  /** Packages in which a value of an output is computed, or what it is computed with. */
  private static final List<String> COMPUTING =
      List.of(
          "series",
          "kernel",
          "layer",
          "model",
          "architecture",
          "engine",
          "corpus",
          "training",
          "regression");

  @ArchTest
  static final ArchRule no_cycles = slices().matching("io.heed.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule every_class_stands_in_a_known_package =
      classes()
          .should()
          .resideInAnyPackage(
              Stream.concat(Stream.of("io.heed"), MAY_IMPORT.keySet().stream().map(n -> in(n)))
                  .toArray(String[]::new));

  @ArchTest
  static final ArchRule spark_stands_only_in_its_packages =
      noClasses()
          .that()
          .resideOutsideOfPackages(packages(ON_SPARK))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..", "scala..");

  /** It is no public part of Spark. */
  @ArchTest
  static final ArchRule the_network_of_spark_stands_only_in_the_exchange_of_training =
      noClasses()
          .that()
          .haveNameNotMatching("io\\.heed\\.train\\.Exchange.*")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.spark.network..");

  @ArchTest
  static final ArchRule native_calls_stand_only_where_a_gpu_computes =
      noClasses()
          .that()
          .resideOutsideOfPackage(in("gpu"))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.sun.jna..");

  @ArchTest
  static final ArchRule the_rapids_plugin_stands_only_in_its_room =
      noClasses()
          .that()
          .resideOutsideOfPackage(in("rapids"))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.rapids..", "com.nvidia..");

  @ArchTest
  static final ArchRule json_stands_only_where_it_is_read_or_written =
      noClasses()
          .that()
          .resideOutsideOfPackages(packages(WITH_JSON))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.fasterxml.jackson..");

  @ArchTest
  static final ArchRule the_vector_api_stands_only_in_simd_kernels =
      noClasses()
          .that()
          .resideOutsideOfPackage(in("kernel"))
          .or()
          .haveSimpleNameNotStartingWith("Simd")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jdk.incubator.vector..");

  @ArchTest
  static final ArchRule bits_never_depend_on_functions_without_fixed_bits =
      noClasses()
          .that()
          .resideInAnyPackage(packages(COMPUTING))
          .should()
          .callMethodWhere(callsAFunctionWithoutFixedBits());

  @ArchTest
  static final ArchRule a_model_is_known_by_its_properties_and_not_by_its_family =
      noClasses()
          .that()
          .resideOutsideOfPackage(in("architecture"))
          .should()
          .dependOnClassesThat(
              DescribedPredicate.describe(
                  "are parts of io.heed.architecture, all but the checkpoint and the configuration it opens",
                  ArchitectureTest::isInsideArchitecture));

  @TestFactory
  Stream<DynamicTest> nothing_outside_a_computation_names_its_settings() {
    JavaClasses main = mainClasses();
    return COMPUTATIONS.stream()
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name,
                    () ->
                        noClasses()
                            .that()
                            .resideOutsideOfPackage(in(name))
                            .should()
                            .dependOnClassesThat(
                                resideInAPackage(in(name)).and(simpleNameEndingWith("Settings")))
                            .check(main)));
  }

  private static boolean isInsideArchitecture(JavaClass type) {
    return type.getPackageName().equals("io.heed.architecture")
        && !Set.of("ModelCheckpoint", "DecoderConfig").contains(type.getSimpleName());
  }

  @TestFactory
  Stream<DynamicTest> every_package_imports_only_earlier_ones() {
    JavaClasses main = mainClasses();
    return MAY_IMPORT.keySet().stream()
        .sorted()
        .map(name -> DynamicTest.dynamicTest(name, () -> importsOnlyEarlierOnes(name).check(main)));
  }

  static JavaClasses mainClasses() {
    return new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests())
        .importPackages("io.heed");
  }

  private static ArchRule importsOnlyEarlierOnes(String name) {
    String[] later =
        MAY_IMPORT.keySet().stream()
            .filter(other -> !other.equals(name) && !MAY_IMPORT.get(name).contains(other))
            .map(ArchitectureTest::in)
            .toArray(String[]::new);
    if (later.length == 0) {
      return classes().should().resideInAnyPackage("io.heed..");
    }
    return noClasses()
        .that()
        .resideInAPackage(in(name))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(later)
        .allowEmptyShould(true);
  }

  private static DescribedPredicate<JavaMethodCall> callsAFunctionWithoutFixedBits() {
    Set<String> functions =
        Set.of("exp", "expm1", "log", "log1p", "log10", "tanh", "sin", "cos", "tan", "pow");
    Set<String> rounding = Set.of("round", "rint");
    return DescribedPredicate.describe(
        "a transcendental or rounding function of Math",
        call -> {
          JavaClass owner = call.getTargetOwner();
          return owner.isEquivalentTo(Math.class)
              && (functions.contains(call.getName()) || rounding.contains(call.getName()));
        });
  }

  private static Set<String> and(Set<String> names, String... more) {
    return Stream.concat(names.stream(), Stream.of(more)).collect(Collectors.toUnmodifiableSet());
  }

  private static String in(String name) {
    return "io.heed." + name + (name.equals("spark") ? "" : "..");
  }

  private static String[] packages(List<String> names) {
    return names.stream().map(ArchitectureTest::in).toArray(String[]::new);
  }
}
