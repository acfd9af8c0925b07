/**
 * Matrices and series enter, pictures leave, as PNG. Nothing here needs a display; text needs the
 * fonts of the machine.
 */
package io.heed.plot;
