package io.heed.spark.table;

import io.heed.input.Columns;
import io.heed.input.SparkRows;
import io.heed.settings.Configuration;
import io.heed.settings.Setting;
import io.heed.settings.SettingException;
import io.heed.settings.Settings;
import io.heed.settings.ValueType;
import io.heed.value.CanonicalBytes;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.runtime.AbstractFunction1;

/**
 * A computation as a stage of a Spark ML pipeline: adds the columns of the job of the same name to
 * those of a Dataset, with its bits. The parameters are the job's settings, in camelCase, and the
 * columns that are read. The order of rows within a partition stays.
 *
 * <p>{@code onBadRow} says what becomes of a row without a result: {@code mark}, the default, keeps
 * it without values and tells why in {@code rejection struct<reason string, message string>}, which
 * is null in all others; {@code reject} leaves it out; {@code fail} ends the query.
 *
 * @param <S> the stage itself, which setters give back
 */
public abstract class HeedStage<S extends HeedStage<S>> extends Transformer
    implements DefaultParamsWritable {
  private static final long serialVersionUID = 1;

  /** The parameter of the column of ids, in stages that have one. */
  protected static final String ID_COLUMN = "idCol";

  private final String uid;
  private final List<Param<?>> params = new ArrayList<>();
  private final Param<String> outputPrefix;

  /** A stage with the given identifier. */
  protected HeedStage(String uid) {
    this.uid = uid;
    settingsOfStage().forEach(this::declare);
    declare(BadRows.SETTING);
    outputPrefix = text("outputPrefix", "text put before the name of each added column");
    setDefault(param(BadRows.SETTING), ValueType.write(BadRows.MARK));
  }

  /** What the stage is called in messages, such as {@code embedder}. */
  protected abstract String role();

  /** The job's settings that are parameters of this stage; the same for all of its class. */
  protected abstract List<Setting<?>> settingsOfStage();

  /** The settings without which the stage cannot work. */
  protected List<Setting<?>> required() {
    return List.of();
  }

  /**
   * The columns that rows get, under the names of the job, as far as the parameters and the files
   * tell them without a look at tensors.
   *
   * @throws SettingException where the columns of the schema do not suit
   */
  protected abstract StructType added(StageInput input);

  /**
   * What becomes of each row.
   *
   * @param columns gets what has to be read
   */
  protected abstract RowTransform<?> plan(StageInput input, Columns columns);

  /** The column of the ids, where draws depend on them. */
  protected Optional<String> idColumn() {
    return Optional.empty();
  }

  /** The name of an added column of the job: with {@code outputPrefix}, where that is set. */
  protected String columnName(String ofJob) {
    return isSet(outputPrefix) ? $(outputPrefix) + ofJob : ofJob;
  }

  /** The value of an added column in a row that is marked. */
  protected Object mark(StructField added) {
    return null;
  }

  private void declare(Setting<?> setting) {
    String name = setting.parameter();
    Class<?> values = setting.type().values();
    String text = setting.documentation(this::place);
    InRange valid = new InRange(this, name);
    if (values == Boolean.class) {
      declared(new BooleanParam(this, name, text));
    } else if (values == Integer.class) {
      declared(new IntParam(this, name, text, valid));
    } else if (values == Long.class) {
      declared(new LongParam(this, name, text, valid));
    } else if (values == Double.class) {
      declared(new DoubleParam(this, name, text, valid));
    } else {
      declared(new Param<>(this, name, text, valid));
    }
  }

  /** What messages call a setting of some name: the parameter that it comes from. */
  protected String place(String setting) {
    return Setting.parameter(setting);
  }

  /** Looks the setting up by its name, since stages are serialised and settings are not. */
  private static final class InRange extends AbstractFunction1<Object, Object>
      implements Serializable {
    private static final long serialVersionUID = 1;

    private final HeedStage<?> stage;
    private final String name;

    InRange(HeedStage<?> stage, String name) {
      this.stage = stage;
      this.name = name;
    }

    @Override
    public Object apply(Object value) {
      Setting<?> setting = stage.setting(name);
      Class<?> values = setting.type().values();
      try {
        // A number of another class would be written to a pipeline that cannot be read.
        if (Number.class.isAssignableFrom(values) && !values.isInstance(value)) {
          throw new SettingException(
              String.format(Locale.ROOT, "%s: %s is no %s", name, value, values.getSimpleName()));
        }
        setting.parse(String.valueOf(value), name);
        return true;
      } catch (SettingException e) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
    }
  }

  private Setting<?> setting(String name) {
    return Stream.concat(settingsOfStage().stream(), Stream.of(BadRows.SETTING))
        .filter(setting -> setting.parameter().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private <P extends Param<?>> P declared(P param) {
    params.add(param);
    return param;
  }

  /** A parameter that no setting of the job stands for. */
  protected final Param<String> text(String name, String documentation) {
    return declared(new Param<>(this, name, documentation));
  }

  @Override
  public String uid() {
    return uid;
  }

  /** Those declared here: they are no methods, by which Spark would find them. */
  @Override
  public Param<?>[] params() {
    return params.toArray(Param<?>[]::new);
  }

  /** {@code mark}, {@code reject} or {@code fail}. */
  public final S setOnBadRow(String value) {
    return with(BadRows.SETTING, value);
  }

  /** Puts a text before the name of each added column. */
  public final S setOutputPrefix(String value) {
    return with(outputPrefix, value);
  }

  /** The parameter of a setting. */
  @SuppressWarnings("unchecked")
  protected final <T> Param<T> param(Setting<?> setting) {
    return (Param<T>) getParam(setting.parameter());
  }

  /** This stage with a value for a parameter. */
  @SuppressWarnings("unchecked")
  protected final S with(Param<?> param, Object value) {
    set((Param<Object>) param, value);
    return (S) this;
  }

  /** This stage with a value for the parameter of a setting. */
  protected final S with(Setting<?> setting, Object value) {
    return with(param(setting), value);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    requireIds(schema);
    return result().schema(schema, added(new StageInput(schema, settings())));
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = dataset.schema();
    requireIds(schema);
    Columns columns = new Columns();
    RowTransform<?> plan = plan(new StageInput(schema, settings()), columns);
    return result().rows(dataset.toDF(), plan, new SparkRows(schema, columns, idColumn()));
  }

  /** Ids have to be what a row's draws can depend on. */
  private void requireIds(StructType schema) {
    if (idColumn().isEmpty()) {
      return;
    }
    String column = idColumn().get();
    StageInput.requireColumn(schema, ID_COLUMN, column);
    DataType type = schema.apply(column).dataType();
    if (!CanonicalBytes.has(type)) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s %s is of type %s, which is no type of ids",
              ID_COLUMN,
              column,
              type.catalogString()));
    }
  }

  private AddedResult result() {
    return new AddedResult(badRows(), this::columnName, this::mark, role());
  }

  private BadRows badRows() {
    return BadRows.SETTING.parse((String) $(param(BadRows.SETTING)), BadRows.SETTING.parameter());
  }

  /** The parameters that are set, as a job's options would give them. */
  private Settings settings() {
    for (Setting<?> setting : required()) {
      if (!isSet(param(setting))) {
        throw new SettingException(
            String.format(
                Locale.ROOT, "the parameter %s of %s is not set", setting.parameter(), uid));
      }
    }
    Map<Setting<?>, Object> given = new LinkedHashMap<>();
    for (Setting<?> setting : settingsOfStage()) {
      Param<Object> param = param(setting);
      if (isSet(param)) {
        given.put(setting, $(param));
      }
    }
    return new Settings(
        given,
        SparkSession.active().sparkContext().getConf(),
        Configuration.settings(),
        setting -> place(setting.name()));
  }

  @Override
  @SuppressWarnings("unchecked")
  public S copy(ParamMap extra) {
    return (S) defaultCopy(extra);
  }
}
