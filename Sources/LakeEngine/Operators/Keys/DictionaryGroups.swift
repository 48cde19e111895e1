import LakeCore

/// The groups of the values of one dictionary, as far as they are known: where all keys are one
/// dictionary column, a row costs one look at its index.
///
/// Whoever groups asks for the rows of a batch whose value was not met before, finds their groups
/// in another way, and notes them.
struct DictionaryGroups {
  private var dictionary: VectorDictionary?
  /// The group of each value plus one; 0: not known.
  private var groups: RawArray<UInt32>
  private var rowsSeen = 0
  private let tracker: MemoryTracker?

  /// Values of a dictionary for each row that came with it, from which on the list of them costs
  /// more than it saves.
  private static let valuesOfRow = 32

  init(_ tracker: MemoryTracker?) {
    self.tracker = tracker
    groups = RawArray(tracker: tracker)
  }

  /// Writes the groups of a column's rows, and gives the rows of which they are not known,
  /// ascending. Nil where it is not worth while to ask.
  mutating func look(
    up column: DictionaryColumn, into target: UnsafeMutablePointer<UInt32>
  ) throws(LakeError) -> RawArray<UInt32>? {
    let count = column.dictionary.values.count
    guard column.validity == nil, count > 0 else { return nil }
    if column.dictionary !== dictionary {
      dictionary = column.dictionary
      rowsSeen = 0
      groups.count = 0
    }
    // No overflow: it would take 2^58 rows.
    rowsSeen &+= column.count
    if groups.count == 0 {
      if count > DictionaryGroups.valuesOfRow &* rowsSeen { return nil }
      try groups.growZeroed(to: count)
    }
    var missing = try RawArray<UInt32>(count: column.count, tracker: tracker)
    let (known, indices) = (groups.pointer, column.indices.pointer(as: UInt32.self))
    let rows = missing.pointer
    var unknown = 0
    for row in 0..<column.count {
      let group = known[Int(indices[row])]
      target[row] = group &- 1
      rows[unknown] = UInt32(truncatingIfNeeded: row)
      unknown &+= group == 0 ? 1 : 0
    }
    missing.count = unknown
    return missing
  }

  /// Row `rows[i]` of the column that was looked up last belongs to group `found[i]`.
  func note(
    _ found: UnsafePointer<UInt32>, of rows: RawArray<UInt32>, in column: DictionaryColumn
  ) {
    let (known, indices) = (groups.pointer, column.indices.pointer(as: UInt32.self))
    for place in 0..<rows.count {
      known[Int(indices[Int(rows.pointer[place])])] = found[place] &+ 1
    }
  }
}
