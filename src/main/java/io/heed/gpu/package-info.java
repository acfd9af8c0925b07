/**
 * Encoders on a GPU: kernels of Heed's own, called through the driver library alone. Ids that are
 * on the device become vectors that are on the device.
 */
package io.heed.gpu;
