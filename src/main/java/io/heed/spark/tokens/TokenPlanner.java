package io.heed.spark.tokens;

import io.heed.spark.executor.OpenModel;
import io.heed.spark.table.RowTransform;
import org.apache.spark.sql.types.StructType;

/**
 * Decides, on the driver, what becomes of rows of tokens: what the settings say and what the model
 * says. It holds the model open.
 *
 * @param <P> what is decided
 */
public interface TokenPlanner<P extends RowTransform<?>> extends AutoCloseable {

  /** The model, which says where tokens can come from. */
  OpenModel model();

  /**
   * The columns of the result, and the checks of {@link #plan} that take no look at the tensors.
   *
   * @throws io.heed.settings.SettingException when settings contradict each other or the model
   */
  StructType added(TokenSource tokens);

  /**
   * The plan for rows of tokens.
   *
   * @throws io.heed.settings.SettingException when settings contradict each other or the model
   * @throws io.heed.checkpoint.CheckpointException when a tensor is missing or has another shape
   * @throws io.heed.text.TokenizerException when texts cannot be tokenized
   */
  P plan(TokenSource tokens);

  @Override
  default void close() {
    model().close();
  }
}
