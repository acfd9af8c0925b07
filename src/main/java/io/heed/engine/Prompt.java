package io.heed.engine;

/**
 * What a generated sequence begins with.
 *
 * @param ids its tokens
 * @param key of the row, which its draws depend on
 */
public record Prompt(int[] ids, long key) {}
