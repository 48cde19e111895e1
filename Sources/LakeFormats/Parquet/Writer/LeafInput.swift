import Glibc
import LakeCore

/// The rows of one leaf of one row group, before they are encoded: levels, and where the values
/// are. Values are not copied.
final class LeafInput {
  /// Values of one vector: those of `rows`, or of all rows where it is nil. None of them is null.
  struct Segment {
    let vector: ColumnVector
    let rows: Buffer?
    let count: Int
  }

  let leaf: LeafColumn
  private(set) var segments: [Segment] = []
  /// Places for values, nulls and empty lists included.
  private(set) var slotCount = 0
  private(set) var valueCount = 0
  /// A byte a slot; empty as long as every slot of a flat column has a value.
  private var definitions: ByteSink
  /// A byte a slot; empty outside lists.
  private var repetitions: ByteSink

  init(_ leaf: LeafColumn, tracker: MemoryTracker?) throws(LakeError) {
    self.leaf = leaf
    definitions = try ByteSink(capacity: 64, tracker: tracker)
    repetitions = try ByteSink(capacity: 64, tracker: tracker)
  }

  var nullCount: Int { slotCount - valueCount }

  /// Slots whose top-level column is null.
  var topNullCount: Int {
    guard let levels = definitionLevels else { return 0 }
    var count = 0
    for slot in 0..<slotCount { count &+= levels[slot] == 0 ? 1 : 0 }
    return count
  }

  /// Nil where all slots have values and there are no lists.
  var definitionLevels: UnsafePointer<UInt8>? {
    definitions.count == slotCount && slotCount > 0 ? definitions.view.start : nil
  }

  var repetitionLevels: UnsafePointer<UInt8>? {
    leaf.maxRepetition > 0 ? repetitions.view.start : nil
  }

  /// Slots of a column outside lists that all have values.
  func appendFull(_ segment: Segment) throws(LakeError) {
    if valueCount != slotCount || definitions.count > 0 {
      try fill(segment.count, UInt8(leaf.maxDefinition))
    }
    slotCount += segment.count
    append(segment)
  }

  /// Room for the levels of some slots, which the caller writes at once. Repetition levels have
  /// room only if there are lists.
  func levels(
    for count: Int
  ) throws(LakeError) -> (
    definitions: UnsafeMutablePointer<UInt8>, repetitions: UnsafeMutablePointer<UInt8>?
  ) {
    // Those that were full until now.
    if definitions.count < slotCount {
      try fill(slotCount - definitions.count, UInt8(leaf.maxDefinition))
    }
    slotCount += count
    try definitions.reserve(count)
    let target = definitions.cursor
    definitions.advance(by: count)
    guard leaf.maxRepetition > 0 else { return (target, nil) }
    try repetitions.reserve(count)
    let second = repetitions.cursor
    repetitions.advance(by: count)
    return (target, second)
  }

  /// The values of the slots whose levels were written.
  func append(_ segment: Segment) {
    guard segment.count > 0 else { return }
    valueCount += segment.count
    segments.append(segment)
  }

  /// Lets go of the vectors, which are no longer needed.
  func releaseSegments() { segments.removeAll() }

  private func fill(_ count: Int, _ level: UInt8) throws(LakeError) {
    try definitions.reserve(count)
    memset(definitions.cursor, Int32(level), count)
    definitions.advance(by: count)
  }
}
