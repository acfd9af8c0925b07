package io.heed.embed;

import io.heed.engine.EmbeddedRow;
import io.heed.job.JobContext;
import io.heed.job.JobRunner;
import io.heed.job.RowComputation;
import io.heed.job.RowListener;
import io.heed.job.TableSettings;
import io.heed.job.TokenJob;
import io.heed.output.Publication;
import io.heed.rapids.DeviceSettings;
import io.heed.settings.Setting;
import io.heed.settings.SettingException;
import io.heed.settings.Settings;
import io.heed.spark.executor.ModelSettings;
import io.heed.spark.table.RowTransform;
import io.heed.spark.table.VectorSettings;
import io.heed.spark.tokens.TokenPlanner;
import io.heed.spark.tokens.TokenSettings;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.types.StructField;

/** {@code jobs/embed}: a table of texts or token ids to a table of embeddings. */
public final class EmbedJob extends TokenJob<EmbeddedRow, EmbedPlan> {

  /** Runs the job and ends the JVM with its exit code. */
  public static void main(String... arguments) {
    JobRunner.main(new EmbedJob(), arguments);
  }

  @Override
  public String name() {
    return "embed";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Embeds a table of texts, or of token ids, with an encoder such as BERT, a static table or a GPT, into"
            + " Parquet: id, kept columns, embedding, token_count, truncated, and with --with-attention"
            + " also tokens and attention. Without options it embeds the sample.");
  }

  @Override
  public List<Setting<?>> settings() {
    return TableSettings.around(
        ModelSettings.MODEL,
        TokenSettings.TEXT_COLUMN,
        TokenSettings.TOKENS_COLUMN,
        TokenSettings.TOKEN_TYPES_COLUMN,
        EmbedSettings.TASK,
        EmbedSettings.PROMPT,
        EmbedSettings.PROMPT_NAME,
        EmbedSettings.POOLING,
        EmbedSettings.DIMENSIONS,
        EmbedSettings.NORMALIZE,
        VectorSettings.VECTOR_TYPE,
        TokenSettings.MAX_LENGTH,
        EmbedSettings.WITH_ATTENTION,
        EmbedSettings.HEAT_MAPS,
        DeviceSettings.DEVICE,
        DeviceSettings.PRECISION,
        ModelSettings.BATCH_TOKENS,
        ModelSettings.KERNEL);
  }

  @Override
  public void check(Settings settings) {
    super.check(settings);
    settings.exclude(EmbedSettings.PROMPT, EmbedSettings.PROMPT_NAME);
    int heatMaps = settings.value(EmbedSettings.HEAT_MAPS);
    if (heatMaps > 0 && !settings.isGiven(EmbedSettings.WITH_ATTENTION)) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s %d draws attention weights, so it needs %s",
              EmbedSettings.HEAT_MAPS.option(),
              heatMaps,
              EmbedSettings.WITH_ATTENTION.option()));
    }
  }

  @Override
  protected Sample sampleOf(Path data, PrintStream err) {
    SampleModel model = SampleModel.of(data, err);
    return new Sample(
        model.directory(), "sample-embeddings", Map.of(TableSettings.KEEP_COLUMNS, "topic,text"));
  }

  @Override
  public void showSample(JobContext context) {
    Path model = Path.of(context.settings().required(ModelSettings.MODEL));
    if (SampleModel.isTrained(model)) {
      SampleNeighbours.show(model, context);
    } else {
      context.out().println("\nThese vectors mean nothing: the model is untrained.");
    }
  }

  @Override
  protected TokenPlanner<EmbedPlan> planner(Settings settings) {
    return new EmbedPlanner(settings);
  }

  @Override
  protected RowComputation<EmbeddedRow> computation(JobContext context, EmbedPlan plan) {
    int heatMaps = context.settings().value(EmbedSettings.HEAT_MAPS);
    if (heatMaps > 0) {
      HeatMaps.requireDrawable();
    }
    EarliestRows drawn = EarliestRows.register(context.spark().sparkContext(), heatMaps);
    return new Embedding(context, plan, drawn);
  }

  /** Rows to embeddings, and pictures of the first of them. */
  private record Embedding(JobContext context, EmbedPlan plan, EarliestRows drawn)
      implements RowComputation<EmbeddedRow> {

    @Override
    public RowComputation<?> forTable(List<StructField> carried) {
      EmbedDevice device = new EmbedDevice(context.spark(), context.settings(), plan, carried);
      return device.onGpu().<RowComputation<?>>map(rows -> rows).orElse(this);
    }

    @Override
    public RowTransform<EmbeddedRow> transform() {
      return plan;
    }

    @Override
    public RowListener.Maker<EmbeddedRow> listeners() {
      return EarliestOfTask.of(plan, drawn);
    }

    @Override
    public void finish(Publication publication) {
      HeatMaps.draw(
          context.spark().sparkContext(), plan, drawn.value(), publication, context.err());
    }
  }
}
