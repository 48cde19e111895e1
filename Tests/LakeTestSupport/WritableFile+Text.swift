import LakeCore

extension WritableFile {
  /// Appends a text.
  package func write(_ text: String) throws(LakeError) {
    var failure: LakeError?
    Array(text.utf8).withUnsafeBytes { bytes in
      do throws(LakeError) { try write(bytes) } catch { failure = error }
    }
    if let failure { throw failure }
  }
}
