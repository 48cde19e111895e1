import CLakeKernels

/// Whether bytes are UTF-8.
package enum UTF8Text {
  /// The offset of the first byte at which the bytes stop being UTF-8: the beginning of a sequence
  /// that is cut short, overlong, a surrogate or above U+10FFFF, or a byte that begins none. Nil
  /// where all are valid.
  @inlinable
  package static func firstInvalidByte(in view: ByteView) -> Int? {
    let valid = lake_utf8_valid_prefix(view.start, view.count)
    return valid == view.count ? nil : valid
  }

  /// Whether all bytes are below 128.
  @inlinable
  package static func isASCII(_ view: ByteView) -> Bool {
    lake_ascii_run(view.start, view.count) == view.count
  }
}
