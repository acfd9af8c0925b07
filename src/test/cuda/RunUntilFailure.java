import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Arrays;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs classes of tests until one fails, which ends the JVM with code 1. */
final class RunUntilFailure {
  private RunUntilFailure() {}

  /** Takes the names of the classes. */
  public static void main(String[] classes) {
    LauncherDiscoveryRequest tests =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(Arrays.stream(classes).map(name -> selectClass(name)).toList())
            .build();
    long[] passed = new long[1];
    LauncherFactory.create()
        .execute(
            tests,
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
                  String why = String.valueOf(result.getThrowable().orElse(null));
                  System.out.println(
                      "failed: " + test.getLegacyReportingName() + ": " + why.replaceAll("\\s+", " "));
                  System.out.flush();
                  Runtime.getRuntime().halt(1);
                }
                passed[0] += test.isTest() ? 1 : 0;
              }
            });
    System.out.println(passed[0] + " tests passed");
    System.exit(passed[0] > 0 ? 0 : 1);
  }
}
