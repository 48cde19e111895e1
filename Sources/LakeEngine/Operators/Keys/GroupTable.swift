import Glibc
import LakeCore

/// Numbers groups of equal keys from 0 in the order of their first appearance.
///
/// Open addressing; a slot is eight bytes, the upper half of the hash and the group's number plus
/// one, so that most mismatches never touch a key. Keys are kept column by column in normal form.
///
/// A batch is looked up in phases, each a loop whose turns do not depend on each other, so that the
/// processor waits for many slots and keys at once. Rows that are not found in that way go, in
/// order, through `insert`.
final class GroupTable {
  private(set) var count = 0
  private var slots: Buffer
  private var mask: Int
  private var stores: [KeyStore]
  private var hashes: RawArray<UInt64>
  private let tracker: MemoryTracker?
  private var candidates: RawArray<UInt32>
  private var matches: RawArray<UInt8>

  private static let none = UInt32.max
  private static let largeSlots = 1 << 20
  private static let groupMax = Int(UInt32.max) - 2

  init(_ forms: [KeyForm], _ kernels: Kernels) throws(LakeError) {
    tracker = kernels.tracker
    stores = forms.map { KeyStore($0, tracker: kernels.tracker) }
    hashes = RawArray(tracker: tracker)
    candidates = RawArray(tracker: tracker)
    matches = RawArray(tracker: tracker)
    mask = 255
    slots = try GroupTable.emptySlots(mask + 1, tracker)
  }

  private static func emptySlots(
    _ count: Int, _ tracker: MemoryTracker?
  ) throws(LakeError) -> Buffer {
    let buffer = try Buffer(byteCount: count * 8, tracker: tracker)
    memset(buffer.base, 0, count * 8)
    return buffer
  }

  /// The hash of each group's key, `UInt64`.
  var groupHashes: Buffer { hashes.buffer }

  /// One column of the keys of all groups, for a type of which `KeyForm.isValue` holds. It shares
  /// the table's memory, which is only ever written behind it.
  func keys(_ column: Int, _ type: DataType) throws(LakeError) -> ColumnVector {
    ColumnVector(type: type, flat: try stores[column].column(count: count, tracker))
  }

  /// Writes the group of every row. The rows that began a group, in order, are appended to `fresh`.
  func add(
    _ keys: KeyBatch, into groups: UnsafeMutablePointer<UInt32>, fresh: inout RawArray<UInt32>
  ) throws(LakeError) {
    let rows = keys.count
    try find(keys)
    let (found, matched) = (candidates.pointer, matches.pointer)
    var missing = 0
    for row in 0..<rows {
      groups[row] = found[row]
      missing &+= matched[row] == 0 ? 1 : 0
    }
    if missing > 0 { try insert(keys, missing, into: groups, fresh: &fresh) }
  }

  /// Candidates for all rows, and whether they are right.
  private func find(_ keys: KeyBatch) throws(LakeError) {
    let rows = keys.count
    try candidates.reserve(rows)
    try matches.reserve(rows)
    let (found, matched) = (candidates.pointer, matches.pointer)
    if count == 0 {
      memset(matched, 0, rows)
      return
    }
    let (table, mask, hash) = (slots.pointer(as: UInt64.self), mask, keys.hashPointer)
    for row in 0..<rows {
      // The usual case is found in the first slot; the rest is left to the next loop.
      let slot = table[Int(truncatingIfNeeded: hash[row]) & mask]
      found[row] = UInt32(truncatingIfNeeded: slot) &- 1
      matched[row] = slot &>> 32 == hash[row] &>> 32 && slot != 0 ? 1 : 0
    }
    for row in 0..<rows where matched[row] == 0 && found[row] != GroupTable.none {
      let tag = hash[row] &>> 32
      var position = Int(truncatingIfNeeded: hash[row]) & mask
      while true {
        position = (position &+ 1) & mask
        let slot = table[position]
        found[row] = UInt32(truncatingIfNeeded: slot) &- 1
        if slot == 0 { break }
        if slot &>> 32 == tag {
          matched[row] = 1
          break
        }
      }
    }
    for (store, column) in zip(stores, keys.columns) {
      store.verify(column, rows: rows, found, matched)
    }
  }

  /// Finds or makes the groups of the rows that were not matched, in order. `missing` is how many
  /// they are: there is room for all of them before the loop begins.
  private func insert(
    _ keys: KeyBatch, _ missing: Int, into groups: UnsafeMutablePointer<UInt32>,
    fresh: inout RawArray<UInt32>
  ) throws(LakeError) {
    guard count + missing < GroupTable.groupMax else {
      throw LakeError(.limitExceeded, "there are more than \(count) groups")
    }
    while (count + missing) * 2 > mask { try grow() }
    let firstFresh = fresh.count
    try fresh.reserve(firstFresh + missing)
    try hashes.reserve(count + missing)
    let began = fresh.pointer + firstFresh
    let (table, mask, hash) = (slots.pointer(as: UInt64.self), mask, keys.hashPointer)
    let (known, matched) = (hashes.pointer, matches.pointer)
    let (old, comparison) = (count, RowComparison(keys))
    var total = count
    for row in 0..<keys.count where matched[row] == 0 {
      let key = hash[row]
      var position = Int(truncatingIfNeeded: key) & mask
      while true {
        let slot = table[position]
        if slot == 0 {
          table[position] = key & .tag | UInt64(total &+ 1)
          known[total] = key
          began[total &- old] = UInt32(truncatingIfNeeded: row)
          groups[row] = UInt32(truncatingIfNeeded: total)
          total &+= 1
          break
        }
        if slot &>> 32 == key &>> 32 {
          let group = Int(UInt32(truncatingIfNeeded: slot)) &- 1
          // The keys of groups that this batch began are not in the stores yet.
          let isIt =
            group >= old
            ? comparison.isSame(row, Int(began[group &- old])) : isSame(keys, row, group)
          if isIt {
            groups[row] = UInt32(truncatingIfNeeded: group)
            break
          }
        }
        position = (position &+ 1) & mask
      }
    }
    for (index, column) in keys.columns.enumerated() {
      try stores[index].append(column, rows: began, count: total - old)
    }
    hashes.count = total
    fresh.count = firstFresh + total - old
    count = total
  }

  private func isSame(_ keys: KeyBatch, _ row: Int, _ group: Int) -> Bool {
    for index in stores.indices where !stores[index].isSame(keys.columns[index], row, group) {
      return false
    }
    return true
  }

  private func grow() throws(LakeError) {
    // Large tables grow in small steps: what is grown beyond need is memory that others lack.
    let larger = (mask + 1) * (mask < GroupTable.largeSlots ? 4 : 2)
    let target = try GroupTable.emptySlots(larger, tracker)
    let (table, known) = (target.pointer(as: UInt64.self), hashes.pointer)
    let newMask = larger - 1
    for group in 0..<count {
      var position = Int(truncatingIfNeeded: known[group]) & newMask
      while table[position] != 0 { position = (position &+ 1) & newMask }
      table[position] = known[group] & .tag | UInt64(group &+ 1)
    }
    slots = target
    mask = newMask
  }
}

/// The keys of all groups in one column.
struct KeyStore {
  private let form: KeyForm
  private var words: RawArray<UInt64>
  private var wides: RawArray<UInt128>
  private var views: RawArray<StringView>
  /// 1 where the key is not null.
  private var valid: RawArray<UInt8>
  private var arena: StringArena

  init(_ form: KeyForm, tracker: MemoryTracker?) {
    self.form = form
    words = RawArray(tracker: tracker)
    wides = RawArray(tracker: tracker)
    views = RawArray(tracker: tracker)
    valid = RawArray(tracker: tracker)
    arena = StringArena(tracker: tracker)
  }

  /// Appends the keys of some rows.
  mutating func append(
    _ column: KeyVector, rows: UnsafePointer<UInt32>, count: Int
  ) throws(LakeError) {
    try valid.reserve(valid.count + count)
    let flags = valid.pointer + valid.count
    if let words = column.validity?.words {
      for index in 0..<count { flags[index] = Bitmap.bit(words, Int(rows[index])) ? 1 : 0 }
    } else {
      let flag: UInt8 = column.form == .none ? 0 : 1
      for index in 0..<count { flags[index] = flag }
    }
    valid.count += count
    switch form {
    case .word: try KeyStore.append(column.words, rows, count, to: &words)
    case .wide: try KeyStore.append(column.wides, rows, count, to: &wides)
    case .string:
      try views.reserve(views.count + count)
      let (from, to) = (column.views, views.pointer + views.count)
      for index in 0..<count { to[index] = try arena.append(from[Int(rows[index])]) }
      views.count += count
    case .none: break
    }
  }

  /// The keys as they are kept.
  func column(count: Int, _ tracker: MemoryTracker?) throws(LakeError) -> FlatColumn {
    let values: FlatColumn.Values
    switch form {
    case .word: values = .fixed(words.buffer)
    case .wide: values = .fixed(wides.buffer)
    case .string: values = .strings(StringValues(views: views.buffer, owners: arena.owners))
    case .none: values = .none
    }
    let validity = try Bitmap.packing(valid.pointer, count: count, tracker: tracker)
    return FlatColumn(count: count, validity: validity, values: values)
  }

  private static func append<T: BitwiseCopyable>(
    _ values: UnsafePointer<T>, _ rows: UnsafePointer<UInt32>, _ count: Int,
    to array: inout RawArray<T>
  ) throws(LakeError) {
    try array.reserve(array.count + count)
    let target = array.pointer + array.count
    for index in 0..<count { target[index] = values[Int(rows[index])] }
    array.count += count
  }

  func isSame(_ column: KeyVector, _ row: Int, _ group: Int) -> Bool {
    if column.isValid(row) != (valid.pointer[group] != 0) { return false }
    switch form {
    case .word: return words.pointer[group] == column.words[row]
    case .wide: return wides.pointer[group] == column.wides[row]
    case .string: return views.pointer[group] == column.views[row]
    case .none: return true
    }
  }

  /// Clears the match of every row whose key is not that of its candidate.
  func verify(
    _ column: KeyVector, rows: Int, _ candidates: UnsafePointer<UInt32>,
    _ matches: UnsafeMutablePointer<UInt8>
  ) {
    switch form {
    case .word: compare(words.pointer, column.words, rows, candidates, matches)
    case .wide: compare(wides.pointer, column.wides, rows, candidates, matches)
    case .string:
      let (mine, theirs) = (views.pointer, column.views)
      for row in 0..<rows where matches[row] != 0 {
        if !(mine[Int(candidates[row])] == theirs[row]) { matches[row] = 0 }
      }
    case .none: break
    }
    // A null is zero in normal form; what is left is to tell it from a zero.
    let known = valid.pointer
    guard let words = column.validity?.words else {
      for row in 0..<rows where matches[row] != 0 && column.form != .none {
        if known[Int(candidates[row])] == 0 { matches[row] = 0 }
      }
      return
    }
    for row in 0..<rows where matches[row] != 0 {
      let isValid: UInt8 = Bitmap.bit(words, row) ? 1 : 0
      if known[Int(candidates[row])] != isValid { matches[row] = 0 }
    }
  }

  private func compare<T: Equatable & BitwiseCopyable>(
    _ mine: UnsafePointer<T>, _ theirs: UnsafePointer<T>, _ rows: Int,
    _ candidates: UnsafePointer<UInt32>, _ matches: UnsafeMutablePointer<UInt8>
  ) {
    for row in 0..<rows where matches[row] != 0 {
      if mine[Int(candidates[row])] != theirs[row] { matches[row] = 0 }
    }
  }
}

/// Tells whether two rows of one batch have the same keys.
private struct RowComparison {
  /// A column as plain pointers, which cost no reference counts.
  private struct Column: BitwiseCopyable {
    let form: KeyForm
    let values: UnsafeMutableRawPointer
    let validity: UnsafeMutablePointer<UInt64>?

    @inline(__always)
    private func value<T: BitwiseCopyable>(_ row: Int, _ type: T.Type) -> T {
      values.assumingMemoryBound(to: type)[row]
    }

    @inline(__always)
    func isSame(_ a: Int, _ b: Int) -> Bool {
      if let validity, Bitmap.bit(validity, a) != Bitmap.bit(validity, b) { return false }
      switch form {
      case .word: return value(a, UInt64.self) == value(b, UInt64.self)
      case .wide: return value(a, UInt128.self) == value(b, UInt128.self)
      case .string: return value(a, StringView.self) == value(b, StringView.self)
      case .none: return true
      }
    }
  }

  private let columns: [Column]
  /// The values, where there is one column of words without nulls.
  private let words: UnsafePointer<UInt64>?

  /// For as long as somebody holds the keys.
  init(_ keys: KeyBatch) {
    columns = keys.columns.map {
      Column(form: $0.form, values: $0.values.base, validity: $0.validity?.words)
    }
    let isPlain = columns.count == 1 && columns[0].form == .word && columns[0].validity == nil
    words = isPlain ? UnsafePointer(keys.columns[0].words) : nil
  }

  @inline(__always)
  func isSame(_ a: Int, _ b: Int) -> Bool {
    if let words { return words[a] == words[b] }
    for index in columns.indices where !columns[index].isSame(a, b) { return false }
    return true
  }
}

extension UInt64 {
  /// The half of a hash that a slot keeps.
  fileprivate static let tag: UInt64 = .max << 32
}
