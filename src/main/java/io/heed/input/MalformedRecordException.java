package io.heed.input;

/** A record does not follow its format; the message says how. It costs no stack trace. */
final class MalformedRecordException extends Exception {
  MalformedRecordException(String message) {
    super(message, null, false, false);
  }
}
