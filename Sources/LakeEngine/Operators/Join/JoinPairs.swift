import LakeCore

/// Pairs of a row of the left batch and a row of the right side, in order.
struct JoinPairs {
  /// Pairs of one portion, about. The last row of a portion may have more.
  static let portion = 4 * Batch.rowTarget

  var left: RawArray<UInt32>
  var right: RawArray<UInt32>
  var count = 0

  init(_ tracker: MemoryTracker?) {
    left = RawArray(tracker: tracker)
    right = RawArray(tracker: tracker)
  }

  mutating func reserve(_ count: Int) throws(LakeError) {
    try left.reserve(count)
    try right.reserve(count)
  }

  /// The rows of the right side, for somebody who keeps them.
  func rightRows(_ tracker: MemoryTracker?) throws(LakeError) -> Buffer {
    let rows = try Buffer(byteCount: count * 4, tracker: tracker)
    rows.base.copyMemory(from: right.pointer, byteCount: count * 4)
    return rows
  }

  /// Leaves the pairs whose keys are equal.
  mutating func verify(_ probe: KeyVector, _ build: KeyVector) {
    let (a, b) = (left.pointer, right.pointer)
    switch probe.form {
    case .word: count = JoinPairs.equal(probe.words, build.words, a, b, count)
    case .wide: count = JoinPairs.equal(probe.wides, build.wides, a, b, count)
    case .string:
      let (mine, theirs) = (probe.views, build.views)
      var kept = 0
      for index in 0..<count {
        let (x, y) = (a[index], b[index])
        a[kept] = x
        b[kept] = y
        kept &+= mine[Int(x)] == theirs[Int(y)] ? 1 : 0
      }
      count = kept
    case .none: count = 0
    }
  }

  private static func equal<T: Equatable & BitwiseCopyable>(
    _ mine: UnsafePointer<T>, _ theirs: UnsafePointer<T>, _ a: UnsafeMutablePointer<UInt32>,
    _ b: UnsafeMutablePointer<UInt32>, _ count: Int
  ) -> Int {
    var kept = 0
    for index in 0..<count {
      let (x, y) = (a[index], b[index])
      a[kept] = x
      b[kept] = y
      kept &+= mine[Int(x)] == theirs[Int(y)] ? 1 : 0
    }
    return kept
  }

  /// Leaves the pairs that a selection names.
  mutating func keep(_ selection: Selection) {
    let (a, b, rows) = (left.pointer, right.pointer, selection.pointer)
    for index in 0..<selection.count {
      a[index] = a[Int(rows[index])]
      b[index] = b[Int(rows[index])]
    }
    count = selection.count
  }
}

/// Goes through the rows of a left batch and finds the rows of the right side that have the same
/// hash, portion by portion.
struct JoinCursor {
  private let lookup: JoinLookup
  /// The rows that are looked up, and the slot that each was found in.
  private var rows: RawArray<UInt32>
  private var slots: RawArray<UInt64>
  private var position = 0
  /// The next of the chain that the last portion broke off in; 0: none.
  private var rest: UInt32 = 0

  init(_ lookup: JoinLookup, _ tracker: MemoryTracker?) {
    self.lookup = lookup
    rows = RawArray(tracker: tracker)
    slots = RawArray(tracker: tracker)
  }

  /// Begins with a batch. Rows of which a key is null are not looked up.
  mutating func begin(_ keys: KeyBatch, _ selection: Selection?) throws(LakeError) {
    let count = selection?.count ?? keys.count
    try rows.reserve(count)
    try slots.reserve(count)
    let (row, slot, hash) = (rows.pointer, slots.pointer, keys.hashPointer)
    if let selection {
      row.update(from: selection.pointer, count: count)
    } else {
      for index in 0..<count { row[index] = UInt32(truncatingIfNeeded: index) }
    }
    // Loads that do not wait for each other.
    for index in 0..<count { slot[index] = lookup.firstSlot(hash[Int(row[index])]) }
    for index in 0..<count {
      slot[index] = lookup.slot(hash[Int(row[index])], first: slot[index])
    }
    if let words = keys.validity?.words {
      for index in 0..<count where !Bitmap.bit(words, Int(row[index])) { slot[index] = 0 }
    }
    rows.count = count
    position = 0
    rest = 0
  }

  /// Whether all rows have been gone through.
  var isAtEnd: Bool { position == rows.count }

  /// The next pairs, about as many as a portion; all of a row, or as many as there is room for.
  /// Returns the places of the rows that the portion is about, the last of which may go on in the
  /// next (`isSplit`).
  mutating func next(
    into pairs: inout JoinPairs
  ) throws(LakeError) -> (from: Int, to: Int, isSplit: Bool) {
    try pairs.reserve(JoinPairs.portion)
    let (left, right) = (pairs.left.pointer, pairs.right.pointer)
    let (row, slot, next) = (rows.pointer, slots.pointer, lookup.next)
    let (start, count) = (position, rows.count)
    var (position, rest, filled) = (position, rest, 0)
    while position < count {
      let found = slot[position]
      if found == 0 {
        position &+= 1
        continue
      }
      if filled == JoinPairs.portion { break }
      var place = rest
      rest = 0
      if place == 0 {
        left[filled] = row[position]
        right[filled] = UInt32(truncatingIfNeeded: found) &- 1
        filled &+= 1
        if found & JoinTable.more == 0 {
          position &+= 1
          continue
        }
        place = next[Int(UInt32(truncatingIfNeeded: found) &- 1)]
      }
      while place != 0, filled < JoinPairs.portion {
        left[filled] = row[position]
        right[filled] = place &- 1
        filled &+= 1
        place = next[Int(place &- 1)]
      }
      if place != 0 {
        rest = place
        break
      }
      position &+= 1
    }
    pairs.count = filled
    self.position = position
    self.rest = rest
    return (start, rest == 0 ? position : position + 1, rest != 0)
  }

  /// The row of the batch at a place.
  func row(_ place: Int) -> UInt32 { rows.pointer[place] }

  /// The rows by their places, for loops: to come by them through the object that has the cursor
  /// costs a count of references each time. Good until the next `begin`.
  var rowPointer: UnsafePointer<UInt32> { UnsafePointer(rows.pointer) }

  var count: Int { rows.count }

  /// The place's first candidate plus one, for those who want one match only; 0: none.
  @inline(__always)
  func first(_ place: Int) -> UInt64 { slots.pointer[place] }

  func following(_ row: UInt32) -> UInt32 { lookup.next[Int(row)] }
}
