package io.heed.job;

import java.io.IOException;
import org.apache.hadoop.security.UserGroupInformation;

/**
 * Who runs this JVM, as Hadoop asks before it opens any file.
 *
 * <p>Hadoop takes the name from the table of users of the machine, and refuses a user id that has
 * none, as in a container that was given a number. Files are opened by the number, whatever the
 * name.
 */
final class LoginUser {
  private static final String NAME_VARIABLE = "HADOOP_USER_NAME";

  private LoginUser() {}

  /** Gives a user without a name the one of the environment or of Java. */
  static void require() {
    try {
      UserGroupInformation.getLoginUser();
    } catch (IOException nameless) {
      // With Kerberos, a name alone proves nothing; the first file says what is wrong.
      if (!UserGroupInformation.isSecurityEnabled()) {
        String given = System.getenv(NAME_VARIABLE);
        String name = given == null || given.isBlank() ? System.getProperty("user.name") : given;
        UserGroupInformation.setLoginUser(UserGroupInformation.createRemoteUser(name));
      }
    }
  }
}
