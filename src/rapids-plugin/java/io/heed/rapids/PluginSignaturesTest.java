package io.heed.rapids;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What Heed calls of the plugin is there, as it calls it. */
class PluginSignaturesTest {
  private static final Path PLUGIN = Path.of(System.getProperty("heed.rapids.plugin"));

  private static final Path STAND_INS = Path.of("src/rapids/java").toAbsolutePath();

  private static String signature(
      String owner, String name, List<JavaClass> parameters, JavaClass result) {
    return parameters.stream()
        .map(JavaClass::getName)
        .collect(Collectors.joining(", ", owner + '.' + name + '(', ") " + result.getName()));
  }

  /** The calls that leave Heed for the plugin. */
  private static Set<String> called() {
    JavaClasses heed =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.heed.rapids");
    Set<String> called = new TreeSet<>();
    for (JavaClass type : heed) {
      for (JavaAccess<?> access : type.getAccessesFromSelf()) {
        JavaClass owner = access.getTargetOwner();
        if (isNvidias(owner.getName()) && access.getTarget() instanceof CodeUnitCallTarget target) {
          called.add(
              signature(
                  owner.getName(),
                  target.getName(),
                  target.getRawParameterTypes(),
                  target.getRawReturnType()));
        }
      }
    }
    return called;
  }

  private static boolean isNvidias(String name) {
    return name.startsWith("ai.rapids.") || name.startsWith("com.nvidia.");
  }

  /**
   * What the plugin's own classes offer, what they inherit included, by the class that is called.
   */
  private static Set<String> offered(Set<String> owners) throws IOException {
    List<URL> files = new ArrayList<>();
    try (Stream<Path> sources = Files.walk(STAND_INS)) {
      for (Path file : sources.filter(Files::isRegularFile).toList()) {
        String name = STAND_INS.relativize(file).toString().replace(".java", ".class");
        if (isNvidias(name.replace('/', '.'))) {
          files.add(URI.create("jar:" + PLUGIN.toUri() + "!/" + name).toURL());
        }
      }
    }
    JavaClasses plugin = new ClassFileImporter().importUrls(files);
    Set<String> offered = new TreeSet<>();
    for (String owner : owners) {
      JavaClass type = plugin.get(owner);
      for (JavaCodeUnit unit : type.getCodeUnits()) {
        offered.add(of(owner, unit));
      }
      for (JavaClass above : type.getAllRawSuperclasses()) {
        above.getCodeUnits().forEach(unit -> offered.add(of(owner, unit)));
      }
    }
    return offered;
  }

  private static String of(String owner, JavaCodeUnit unit) {
    return signature(owner, unit.getName(), unit.getRawParameterTypes(), unit.getRawReturnType());
  }

  @Test
  void everyCallHasItsMethod() throws IOException {
    Set<String> called = called();
    assertThat(called).hasSizeGreaterThan(10);
    Set<String> owners =
        called.stream()
            .map(call -> call.substring(0, call.lastIndexOf('.', call.indexOf('('))))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(offered(owners)).containsAll(called);
  }
}
