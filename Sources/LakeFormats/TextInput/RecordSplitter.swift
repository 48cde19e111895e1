import LakeCore

/// Knows where one record ends and the next begins, without decoding.
package protocol RecordSplitter: Sendable {
  /// Whether a boundary can be recognised by its surroundings alone, wherever one begins to look.
  /// Such files are cut into ranges that are read in parallel; others are cut in one pass.
  var isLocal: Bool { get }

  /// The offset just behind the last whole record (0 where there is none). `bytes` begin at a
  /// boundary and are followed by zeros, 64 of them.
  func lastBoundary(in bytes: ByteView) -> Int

  /// The same, for splitters to which it matters whether the bytes are the first of the file.
  func lastBoundary(in bytes: ByteView, isFileStart: Bool) -> Int

  /// The first boundary at or after `offset`, which is greater than 0. For local splitters.
  func firstBoundary(in bytes: ByteView, from offset: Int) -> Int?

  /// Asked where `lastBoundary` found none in as many bytes as may be held: the offset behind
  /// which nothing more can be saved, found with more effort (a single unbalanced quote hides all
  /// boundaries after it). 0 where the bytes are one record that is too long.
  func recoverBoundary(in bytes: ByteView) -> Int

  /// Finds the end of a record that is too long, piece by piece; nil where `firstBoundary` does.
  func makeSkipper() -> (any RecordSkipper)?
}

/// Goes over a record that is not kept.
package protocol RecordSkipper {
  /// The next bytes, the record's first at the first call (what lies between it and the last
  /// boundary in front). Returns how many of them belong to it, nil where all do and more to come.
  mutating func end(in bytes: ByteView) -> Int?
}

extension RecordSplitter {
  package func lastBoundary(in bytes: ByteView, isFileStart: Bool) -> Int {
    lastBoundary(in: bytes)
  }

  package func recoverBoundary(in bytes: ByteView) -> Int { 0 }
  package func firstBoundary(in bytes: ByteView, from offset: Int) -> Int? { nil }
  package func makeSkipper() -> (any RecordSkipper)? { nil }
}

/// The sizes by which text is read.
package struct ChunkSizes: Sendable {
  /// What one task decodes. Small enough to stay in the second-level cache between the copy from
  /// the page cache and the decoder.
  package var target = 1 << 20
  /// A record longer than this becomes a reject. At least `target`.
  package var recordMax = 128 << 20

  package init() {}
}
