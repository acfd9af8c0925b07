package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.kernel.ForkedJvm;
import io.heed.kernel.ForkedJvm.Ended;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.security.UserGroupInformation;
import org.junit.jupiter.api.Test;

class LoginUserTest {

  /** Hadoop asks Windows for the name, and no Windows is here: a machine that knows no user. */
  private static final List<String> NAMELESS = List.of("-Dos.name=Windows", "-Duser.name=54321");

  @Test
  void a_user_whom_the_machine_has_no_name_for_has_the_one_of_java() throws IOException {
    Ended ended = ForkedJvm.end(NAMELESS, Login.class, "with");

    assertThat(ended.exit()).as(ended.errors()).isZero();
    assertThat(ended.output()).isEqualTo("54321");
  }

  @Test
  void hadoop_refuses_such_a_user() throws IOException {
    Ended ended = ForkedJvm.end(NAMELESS, Login.class, "without");

    assertThat(ended.exit()).isNotZero();
    assertThat(ended.errors()).contains("LoginException");
  }

  @Test
  void a_user_with_a_name_keeps_it() throws IOException {
    String before = UserGroupInformation.getLoginUser().getUserName();
    LoginUser.require();

    assertThat(UserGroupInformation.getLoginUser().getUserName()).isEqualTo(before);
  }

  /** Prints the name that Hadoop has. */
  static final class Login {
    private Login() {}

    public static void main(String... arguments) throws IOException {
      if (arguments[0].equals("with")) {
        LoginUser.require();
      }
      System.out.println(UserGroupInformation.getCurrentUser().getUserName());
    }
  }
}
