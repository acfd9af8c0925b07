package io.heed.training;

import java.io.Serializable;

/**
 * A file of a checkpoint.
 *
 * @param sha256 64 hexadecimal digits
 */
public record StateFile(String name, long bytes, String sha256) implements Serializable {}
