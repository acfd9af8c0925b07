package io.heed.checkpoint;

/**
 * After how many tokens a checkpoint cuts a text.
 *
 * @param tokens special tokens included
 * @param origin file that says so
 */
public record TokenLimit(int tokens, String origin) {}
