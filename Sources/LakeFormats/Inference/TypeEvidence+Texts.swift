import LakeCore

extension TypeEvidence {
  /// What texts would be as fields of CSV: for values that stand in names, like those of
  /// partitions. Nil is null.
  package static func ofTexts(_ texts: some Sequence<String?>) -> TypeEvidence {
    var evidence = TypeEvidence()
    for text in texts {
      guard let text else {
        evidence[.null] += 1
        continue
      }
      let padded = Array(text.utf8) + [UInt8](repeating: 0, count: 64)
      let kind = padded.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress, !text.isEmpty else { return Kind.text }
        return CSVClassifier.kind(of: ByteView(base, count: text.utf8.count)).kind
      }
      evidence[kind] += 1
    }
    return evidence
  }
}
