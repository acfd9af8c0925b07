package io.heed.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.LocalSpark;
import io.heed.training.Posting;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.apache.spark.SparkConf;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.client.TransportClientFactory;
import org.apache.spark.network.netty.SparkTransportConf;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;

/** Where Spark's own messages go over TLS, those of the exchange do. */
@Timeout(60)
class ExchangeTlsTest {
  private static final String PASSWORD = "of the tests";
  private static final int PATIENCE_SECONDS = 10;
  private static final int VALUES = 500_000;

  @TempDir static Path directory;

  private static KeyStore certificates;

  private ExchangeServer one;
  private ExchangeServer other;

  @BeforeAll
  static void start() throws Exception {
    Path store = directory.resolve("keys.p12");
    makeKeys(store);
    certificates = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    LocalSpark.with(
        "local[1]",
        Map.of(
            "spark.ssl.rpc.enabled",
            "true",
            "spark.ssl.rpc.protocol",
            "TLSv1.3",
            "spark.ssl.rpc.keyStore",
            store.toString(),
            "spark.ssl.rpc.keyStorePassword",
            PASSWORD,
            "spark.ssl.rpc.keyPassword",
            PASSWORD,
            "spark.ssl.rpc.trustStore",
            store.toString(),
            "spark.ssl.rpc.trustStorePassword",
            PASSWORD));
  }

  private static void makeKeys(Path store) throws Exception {
    String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Path log = directory.resolve("keytool.log");
    Process process =
        new ProcessBuilder(
                List.of(
                    tool,
                    "-genkeypair",
                    "-alias",
                    "heed",
                    "-keyalg",
                    "EC",
                    "-dname",
                    "CN=heed",
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    store.toString(),
                    "-storepass",
                    PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
  }

  @AfterAll
  static void stop() {
    LocalSpark.stop();
  }

  @BeforeEach
  void open() throws Exception {
    one = ExchangeServer.join("one", 2);
    other = ExchangeServer.join("other", 2);
    other
        .postings()
        .put(1, "values", new Posting.Floats(ExchangeSteps.values(1, 0, VALUES), 0, VALUES));
  }

  @AfterEach
  void close() {
    one.leave();
    other.leave();
  }

  @Test
  void whoHasTheKeysGetsWhatIsAskedFor() {
    float[] got = new float[VALUES];
    assertThat(
            one.peer(other.address(), 1)
                .ask(
                    new ExchangeRequest(1, "values", 0, VALUES),
                    bytes -> bytes.asFloatBuffer().get(got)))
        .succeedsWithin(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(got).isEqualTo(ExchangeSteps.values(1, 0, VALUES));
  }

  @Test
  void theServerSpeaksTlsWithTheCertificateOfTheSettings() throws Exception {
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    KeyStore certificatesAlone = KeyStore.getInstance(KeyStore.getDefaultType());
    certificatesAlone.load((InputStream) null, null);
    certificatesAlone.setCertificateEntry("heed", certificates.getCertificate("heed"));
    trusted.init(certificatesAlone);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(null, trusted.getTrustManagers(), null);
    int colon = other.address().lastIndexOf(':');
    try (SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(
                    other.address().substring(0, colon),
                    Integer.parseInt(other.address().substring(colon + 1)))) {
      socket.startHandshake();
      assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
      assertThat(socket.getSession().getPeerCertificates())
          .containsExactly(certificates.getCertificate("heed"));
    }
  }

  @Test
  void whoAsksWithoutTlsGetsNothing() throws Exception {
    try (TransportContext context =
            new TransportContext(
                SparkTransportConf.fromSparkConf(
                    new SparkConf(false), "plain", 1, Option.empty(), Option.empty()),
                new ExchangeHandler(one.postings(), 2));
        TransportClientFactory clients = context.createClientFactory()) {
      assertThat(
              new ExchangePeer(other.address(), clients, 1)
                  .ask(new ExchangeRequest(1, "values", 0, 1), bytes -> {}))
          .failsWithin(PATIENCE_SECONDS, TimeUnit.SECONDS)
          .withThrowableThat()
          .withMessageContaining("did not give values: ");
    }
  }
}
