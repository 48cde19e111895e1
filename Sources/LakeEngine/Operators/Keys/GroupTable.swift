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

  /// Writes the group of every row. The rows that began a group, in order, are appended to `fresh`.
  func add(
    _ keys: KeyBatch, into groups: UnsafeMutablePointer<UInt32>, fresh: inout RawArray<UInt32>
  ) throws(LakeError) {
    let rows = keys.count
    try find(keys)
    let (found, matched) = (candidates.pointer, matches.pointer)
    for row in 0..<rows {
      if matched[row] != 0 {
        groups[row] = found[row]
        continue
      }
      let known = count
      let group = try insert(keys, row)
      groups[row] = group
      if count > known { try fresh.append(UInt32(truncatingIfNeeded: row)) }
    }
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

  /// The group of one row's key, a new one if there is none.
  private func insert(_ keys: KeyBatch, _ row: Int) throws(LakeError) -> UInt32 {
    let hash = keys.hashPointer[row]
    let table = slots.pointer(as: UInt64.self)
    var position = Int(truncatingIfNeeded: hash) & mask
    while table[position] != 0 {
      let slot = table[position]
      if slot &>> 32 == hash &>> 32 {
        let group = UInt32(truncatingIfNeeded: slot) &- 1
        if isSame(keys, row, Int(group)) { return group }
      }
      position = (position &+ 1) & mask
    }
    guard count < GroupTable.groupMax else {
      throw LakeError(.limitExceeded, "there are more than \(count) groups")
    }
    for index in stores.indices { try stores[index].append(keys.columns[index], row) }
    try hashes.append(hash)
    let group = UInt32(truncatingIfNeeded: count)
    table[position] = hash & .tag | UInt64(group &+ 1)
    count += 1
    if count &* 2 > mask { try grow() }
    return group
  }

  private func isSame(_ keys: KeyBatch, _ row: Int, _ group: Int) -> Bool {
    for index in stores.indices where !stores[index].isSame(keys.columns[index], row, group) {
      return false
    }
    return true
  }

  private func grow() throws(LakeError) {
    let larger = (mask + 1) * 4
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

  mutating func append(_ column: KeyVector, _ row: Int) throws(LakeError) {
    try valid.append(column.isValid(row) ? 1 : 0)
    switch form {
    case .word: try words.append(column.words[row])
    case .wide: try wides.append(column.wides[row])
    case .string: try views.append(try arena.append(column.views[row]))
    case .none: break
    }
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

extension UInt64 {
  /// The half of a hash that a slot keeps.
  fileprivate static let tag: UInt64 = .max << 32
}
