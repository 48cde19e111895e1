import Glibc
import LakeCore

/// The rows of a join's right side, found by the hash of their keys.
///
///     slots   hash (31 bits) │ more │ row + 1 (32 bits)      open addressing, in parts
///     next    the next row with the same hash, plus one; 0 behind the last
///
/// A slot leads to the first row with a hash, `next` from each row to the one after it, so that
/// matches come in the order of the rows. Whoever asks compares the keys: rows whose hashes have
/// their upper half in common may share a chain. `more` saves the look at `next` where a hash is
/// there once.
///
/// The table is cut by bits of the hash into parts, each of which is filled by one thread and lies
/// in its cache meanwhile.
// @unchecked Sendable: filled by `build`, and only read afterwards.
final class JoinTable: @unchecked Sendable {
  let rowCount: Int
  let keys: [KeyVector]
  /// The columns of the rows. Where missing matches are asked for, a row of nulls stands behind the
  /// last.
  let columns: [ColumnVector]
  /// For columns of text without nulls their values as a dictionary: a match is then a number, and
  /// what is computed for a value (its hash, its group) is computed once, however often it matches.
  let dictionaries: [VectorDictionary?]
  /// Whether some key is null.
  let hasNullKey: Bool
  fileprivate let next: Buffer
  fileprivate let parts: [Part]
  fileprivate let partShift: UInt64

  fileprivate struct Part: Sendable {
    let slots: Buffer
    let mask: Int
  }

  fileprivate init(
    rowCount: Int, keys: [KeyVector], columns: [ColumnVector], hasNullKey: Bool, next: Buffer,
    parts: [Part], partShift: UInt64
  ) {
    self.rowCount = rowCount
    self.keys = keys
    self.columns = columns
    dictionaries = columns.map(\.asDictionary)
    self.hasNullKey = hasNullKey
    self.next = next
    self.parts = parts
    self.partShift = partShift
  }

  /// The part that a hash belongs to. Shifted in two steps: one of 64 would change nothing.
  @inline(__always)
  static func part(of hash: UInt64, shift: UInt64) -> Int {
    Int(truncatingIfNeeded: (hash &>> 1) &>> (shift &- 1))
  }

  static let more: UInt64 = 1 << 32
  static let tagMask: UInt64 = .max << 33
}

/// What a probe looks at, as plain pointers. Valid for as long as the table is held.
struct JoinLookup {
  let next: UnsafePointer<UInt32>
  private let slots: UnsafeMutablePointer<UnsafeMutablePointer<UInt64>>
  private let masks: UnsafeMutablePointer<Int>
  private let partShift: UInt64
  private let owner: Owner

  /// Frees the two lists.
  private final class Owner {
    let slots: UnsafeMutablePointer<UnsafeMutablePointer<UInt64>>
    let masks: UnsafeMutablePointer<Int>

    init(_ parts: [JoinTable.Part]) {
      slots = .allocate(capacity: parts.count)
      masks = .allocate(capacity: parts.count)
      for (index, part) in parts.enumerated() {
        slots[index] = part.slots.pointer(as: UInt64.self)
        masks[index] = part.mask
      }
    }

    deinit {
      slots.deallocate()
      masks.deallocate()
    }
  }

  init(_ table: JoinTable) {
    owner = Owner(table.parts)
    slots = owner.slots
    masks = owner.masks
    partShift = table.partShift
    next = UnsafePointer(table.next.pointer(as: UInt32.self))
  }

  /// The first slot of a hash.
  @inline(__always)
  func firstSlot(_ hash: UInt64) -> UInt64 {
    let part = JoinTable.part(of: hash, shift: partShift)
    return slots[part][Int(truncatingIfNeeded: hash) & masks[part]]
  }

  /// The slot with a hash; 0 where there is none. `first` is its first slot.
  @inline(__always)
  func slot(_ hash: UInt64, first: UInt64) -> UInt64 {
    if first == 0 || (first ^ hash) & JoinTable.tagMask == 0 { return first }
    return search(hash)
  }

  private func search(_ hash: UInt64) -> UInt64 {
    let part = JoinTable.part(of: hash, shift: partShift)
    let (table, mask) = (slots[part], masks[part])
    var position = Int(truncatingIfNeeded: hash) & mask
    while true {
      position = (position &+ 1) & mask
      let slot = table[position]
      if slot == 0 || (slot ^ hash) & JoinTable.tagMask == 0 { return slot }
    }
  }
}

/// One batch of the right side, as the worker that read it leaves it.
struct JoinBuildBatch: Sendable {
  let keys: KeyBatch
  let batch: Batch
  /// Keys that are no columns, for those who put the rows on disk.
  var writtenKeys: [ColumnVector] = []

  /// About how many bytes of memory the rows take.
  var heldBytes: Int {
    let keyBytes = keys.columns.reduce(8) { $0 + $1.form.byteWidth }
    return batch.heldBytes + keys.count * keyBytes
  }
}

/// Makes the table of all rows of the right side.
struct JoinTableBuilder {
  private var batches: [JoinBuildBatch] = []
  private(set) var rowCount = 0
  private var hasNullKey = false
  private let context: ExecutionContext
  private let kernels: Kernels

  /// Rows of one part, about: its slots fit into the second-level cache.
  private static let partRows = 1 << 15

  init(_ context: ExecutionContext) {
    self.context = context
    kernels = context.evaluation.kernels
  }

  mutating func append(_ batch: JoinBuildBatch) {
    if batch.keys.count == 0 { return }
    batches.append(batch)
    rowCount += batch.keys.count
    hasNullKey = hasNullKey || batch.keys.validity != nil
  }

  /// `types` are those of the columns; `withNullRow` adds a row of nulls behind the last.
  func build(
    keyForms: [KeyForm], types: [DataType], withNullRow: Bool
  ) throws -> JoinTable {
    guard rowCount < Int(UInt32.max) - 1 else {
      throw LakeError(.limitExceeded, "the right side of a join has \(rowCount) rows")
    }
    let hashes = try Buffer(byteCount: rowCount * 8, tracker: context.tracker)
    let partCount = rowCount / JoinTableBuilder.partRows
    let partBits = min(8, Int.bitWidth - partCount.leadingZeroBitCount)
    let order = try partitioned(hashes, partBits: partBits)
    let next = try Buffer(byteCount: rowCount * 4, tracker: context.tracker)
    let filled = PartList(count: 1 << partBits)
    let (columns, keys) = try concatenated(keyForms, types, withNullRow)
    let tracker = context.tracker
    try context.pool.forEach(count: 1 << partBits, cancellation: context.cancellation) { _, part in
      let rows = order.starts[part]..<order.starts[part + 1]
      filled.set(part, try JoinTableBuilder.fill(order.rows, rows, hashes, next, tracker))
    }
    return JoinTable(
      rowCount: rowCount, keys: keys, columns: columns, hasNullKey: hasNullKey, next: next,
      parts: filled.parts, partShift: UInt64(64 - partBits))
  }

  /// The rows that have a key, by part, ascending in each.
  private struct Order: Sendable {
    let rows: Buffer
    let starts: [Int]
  }

  private func partitioned(_ hashes: Buffer, partBits: Int) throws -> Order {
    let all = hashes.pointer(as: UInt64.self)
    let shift = UInt64(64 - partBits)
    var counts = Array(repeating: 0, count: 1 << partBits)
    var start = 0
    for batch in batches {
      let keys = batch.keys
      memcpy(all + start, keys.hashPointer, keys.count * 8)
      for row in 0..<keys.count where keys.isValid(row) {
        counts[JoinTable.part(of: all[start &+ row], shift: shift)] += 1
      }
      start += keys.count
    }
    var starts = [0]
    for count in counts { starts.append(starts[starts.count - 1] + count) }
    let rows = try Buffer(byteCount: rowCount * 4, tracker: context.tracker)
    let out = rows.pointer(as: UInt32.self)
    var filled = starts
    start = 0
    for batch in batches {
      let keys = batch.keys
      filled.withUnsafeMutableBufferPointer { filled in
        for row in 0..<keys.count where keys.isValid(row) {
          let hash = all[start &+ row]
          let part = JoinTable.part(of: hash, shift: shift)
          out[filled[part]] = UInt32(truncatingIfNeeded: start &+ row)
          filled[part] &+= 1
        }
      }
      start += keys.count
    }
    return Order(rows: rows, starts: starts)
  }

  /// From the last row to the first, so that chains ascend.
  private static func fill(
    _ order: Buffer, _ range: Range<Int>, _ hashes: Buffer, _ next: Buffer,
    _ tracker: MemoryTracker
  ) throws(LakeError) -> JoinTable.Part {
    var capacity = 16
    while capacity < range.count * 2 { capacity *= 2 }
    let buffer = try Buffer(byteCount: capacity * 8, tracker: tracker)
    memset(buffer.base, 0, capacity * 8)
    let (slots, mask) = (buffer.pointer(as: UInt64.self), capacity - 1)
    let (rows, hash) = (order.pointer(as: UInt32.self), hashes.pointer(as: UInt64.self))
    let chain = next.pointer(as: UInt32.self)
    var index = range.upperBound
    while index > range.lowerBound {
      index &-= 1
      let row = rows[index]
      let tag = hash[Int(row)] & JoinTable.tagMask
      var position = Int(truncatingIfNeeded: hash[Int(row)]) & mask
      while slots[position] != 0, slots[position] & JoinTable.tagMask != tag {
        position = (position &+ 1) & mask
      }
      let known = slots[position]
      chain[Int(row)] = UInt32(truncatingIfNeeded: known)
      slots[position] = tag | (known == 0 ? 0 : JoinTable.more) | UInt64(row &+ 1)
    }
    return JoinTable.Part(slots: buffer, mask: mask)
  }

  /// The columns and the keys of all batches, each by one task.
  private func concatenated(
    _ keyForms: [KeyForm], _ types: [DataType], _ withNullRow: Bool
  ) throws -> ([ColumnVector], [KeyVector]) {
    let (batches, kernels, rowCount) = (batches, kernels, rowCount)
    let columns = SlotList<ColumnVector>(count: types.count)
    let keys = SlotList<KeyVector>(count: keyForms.count)
    try context.pool.forEach(
      count: types.count + keyForms.count, cancellation: context.cancellation
    ) { _, index in
      if index >= types.count {
        let key = index - types.count
        keys.set(
          key, try KeyVector(joining: batches.map { $0.keys.columns[key] }, keyForms[key], kernels))
        return
      }
      var vectors = batches.map { $0.batch.columns[index] }
      if withNullRow || rowCount == 0 {
        vectors.append(try ColumnVector.nulls(type: types[index], count: 1))
      }
      columns.set(index, try kernels.concatenate(vectors).asFlat(kernels))
    }
    return (columns.values, keys.values)
  }
}

extension ColumnVector {
  /// The values of a column of text without nulls.
  fileprivate var asDictionary: VectorDictionary? {
    guard type.physical == .string, case .flat(let flat) = form, flat.validity == nil else {
      return nil
    }
    return VectorDictionary(values: flat)
  }
}

extension KeyBatch {
  @inline(__always)
  func isValid(_ row: Int) -> Bool {
    guard let words = validity?.words else { return true }
    return Bitmap.bit(words, row)
  }
}

extension KeyVector {
  /// Key columns one after the other.
  init(
    joining parts: [KeyVector], _ form: KeyForm, _ kernels: Kernels
  ) throws(LakeError) {
    let width = form.byteWidth
    var count = 0
    for part in parts { count += part.count }
    let values = try Buffer(byteCount: count * width, tracker: kernels.tracker)
    var owners: [Buffer] = []
    var known: Set<ObjectIdentifier> = []
    var start = 0
    for part in parts {
      memcpy(values.base + start * width, part.values.base, part.count * width)
      start += part.count
      for owner in part.owners where known.insert(ObjectIdentifier(owner)).inserted {
        owners.append(owner)
      }
    }
    // Whether keys are null was asked before; rows whose key is null are in no chain.
    self.init(form: form, count: count, validity: nil, values: values, owners: owners)
  }
}

/// Places that are filled each by one task.
// @unchecked Sendable: each place is written once, by one task, and read when all have ended.
final class SlotList<Value: Sendable>: @unchecked Sendable {
  private let slots: UnsafeMutablePointer<Value?>
  private let count: Int

  init(count: Int) {
    self.count = count
    slots = .allocate(capacity: count)
    slots.initialize(repeating: nil, count: count)
  }

  deinit {
    slots.deinitialize(count: count)
    slots.deallocate()
  }

  func set(_ index: Int, _ value: Value) {
    precondition(index >= 0 && index < count)
    slots[index] = value
  }

  /// The values of all places that were filled, in order.
  var values: [Value] { (0..<count).compactMap { slots[$0] } }
}

private typealias PartList = SlotList<JoinTable.Part>

extension SlotList where Value == JoinTable.Part {
  fileprivate var parts: [JoinTable.Part] { values }
}
