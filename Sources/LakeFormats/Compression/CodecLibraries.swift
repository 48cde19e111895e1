/// The compression libraries that were found on this machine, beside zlib, which is always there.
///
/// Whoever opens a lake makes this value once and hands it on. What zlib and an optional library
/// both can do they do with the same answer, so the choice is one of speed only: every byte that
/// one of them decompresses, the other one does too.
package struct CodecLibraries: Sendable {
  /// Nil where Debian's libdeflate0 is not installed, or was not asked for.
  package let libdeflate: Libdeflate?

  /// Looks for the optional libraries, or, where `useOptional` is false, leaves them alone.
  package init(useOptional: Bool = true) {
    libdeflate = useOptional ? Libdeflate() : nil
  }
}
