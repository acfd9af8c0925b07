/**
 * A Dataset of features and labels enters, a fitted Spark ML model leaves: Nadaraya–Watson kernel
 * regression as attention pooling, {@code f(x) = Σ softmax(−½ ‖x − xᵢ‖² w²)ᵢ yᵢ}, in float64.
 *
 * <p>Shapes: {@code n} keys, which are the training inputs, {@code d} features of each, {@code m}
 * queries. A key {@code xᵢ} has one value {@code yᵢ}, its label; {@code w} is the width, whose
 * inverse is the bandwidth of the kernel.
 *
 * <p>Keys are in the order of their features, then labels, and every query folds them in that
 * order, sixteen at a time. So a prediction has the same bits whatever the partitions, the order of
 * the training rows or the blocks in which the keys travel.
 *
 * <p>Types that know each other: {@code AttentionPoolingModel} gives Spark ML its reader and
 * writer, as every model has to, and {@code SavedModel}, which holds these, reads and fills the
 * model; {@code AttentionPooling} hands the width's parameters to {@code WidthParams}, whose
 * choices are the estimator's public enums, which callers name by it.
 */
package io.heed.regression;
