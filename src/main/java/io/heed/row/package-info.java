/**
 * Nothing of ours enters; the reasons for which a row can be rejected leave, alone or in place of a
 * value.
 */
package io.heed.row;
