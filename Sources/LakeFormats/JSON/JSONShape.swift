import LakeCore

/// The keys of one kind of object, arranged so that the key to come is *predicted*: after the key
/// in slot `i` the one in slot `i + 1` is expected, and compared eight bytes at a time; a search
/// happens on a miss only. Writers repeat their keys in one order, so misses are rare.
///
/// A slot is one spelling of a key. Several spellings (they differ in case) can belong to one
/// field; a slot without field is a key that is passed over. Spellings that are met for the first
/// time get a slot of their own, so that they are predicted too.
///
/// Plain memory: the decoder's inner loop touches no reference count here.
struct JSONShape {
  /// `"key":`, as it is most often written, padded with zeros to whole words.
  struct Slot {
    var pattern: UnsafeMutablePointer<UInt8>
    /// Bytes of the pattern: the key, two quotes and the colon.
    var patternCount: Int
    /// The pattern's first eight bytes and which of their bits count. A key that must be escaped
    /// when written has a mask that nothing matches.
    var first: UInt64
    var firstMask: UInt64
    /// -1 where the key is passed over.
    var field: Int32
  }

  struct FieldState {
    /// What the field's values are put into: a sink, or a node of inference.
    var target: Int32
    /// The object in which the field was met last.
    var stamp: UInt64
    /// The spelling by which it was met there.
    var slot: Int32
  }

  private(set) var slots: UnsafeMutablePointer<Slot>
  private(set) var slotCount = 0
  private var slotCapacity: Int
  private(set) var fields: UnsafeMutablePointer<FieldState>
  private(set) var fieldCount = 0
  private var fieldCapacity: Int
  /// What keys without a field share when there are too many of them to be learnt.
  private(set) var overflowSlot = 0

  init() {
    slotCapacity = 8
    fieldCapacity = 8
    slots = .allocate(capacity: slotCapacity)
    fields = .allocate(capacity: fieldCapacity)
  }

  /// Called once the first slots are there.
  mutating func addOverflowSlot() {
    // A zero byte never stands in a key as it is written, so the slot is never predicted.
    overflowSlot = Int(addSlot(key: [0], field: -1))
  }

  func deallocate() {
    for index in 0..<slotCount { slots[index].pattern.deallocate() }
    slots.deallocate()
    fields.deallocate()
  }

  /// Whether the text at the cursor is the key of a slot with its quotes and its colon.
  @inline(__always)
  func matches(_ slot: Int, _ cursor: Cursor) -> Bool {
    let entry = slots + slot
    if JSONScan.word64(cursor) & entry.pointee.firstMask != entry.pointee.first { return false }
    let count = entry.pointee.patternCount
    if count <= 8 { return true }
    return restMatches(entry.pointee.pattern, count, cursor)
  }

  /// The words after the first; the last one may overlap the one before it.
  @inline(__always)
  private func restMatches(
    _ pattern: UnsafeMutablePointer<UInt8>, _ count: Int, _ cursor: Cursor
  ) -> Bool {
    var offset = 8
    while offset + 8 <= count {
      if JSONScan.word64(cursor + offset) != JSONScan.word64(pattern + offset) { return false }
      offset += 8
    }
    return offset == count
      || JSONScan.word64(cursor + count - 8) == JSONScan.word64(pattern + count - 8)
  }

  /// Looks for the slot whose pattern stands at the cursor, from the expected one on.
  func search(from expected: Int, _ cursor: Cursor) -> Int? {
    // With few keys all are tried; with many, those that follow, for optional keys left out.
    let tries = min(slotCount, 32)
    var slot = expected
    for _ in 0..<tries {
      if slot >= slotCount { slot = 0 }
      if matches(slot, cursor) { return slot }
      slot += 1
    }
    return nil
  }

  @discardableResult
  mutating func addField(target: Int32) -> Int32 {
    if fieldCount == fieldCapacity {
      let larger = UnsafeMutablePointer<FieldState>.allocate(capacity: fieldCapacity * 2)
      larger.update(from: fields, count: fieldCount)
      fields.deallocate()
      fields = larger
      fieldCapacity *= 2
    }
    fields[fieldCount] = FieldState(target: target, stamp: 0, slot: -1)
    fieldCount += 1
    return Int32(fieldCount - 1)
  }

  @discardableResult
  mutating func addSlot(key: [UInt8], field: Int32) -> Int32 {
    if slotCount == slotCapacity {
      let larger = UnsafeMutablePointer<Slot>.allocate(capacity: slotCapacity * 2)
      larger.update(from: slots, count: slotCount)
      slots.deallocate()
      slots = larger
      slotCapacity *= 2
    }
    slots[slotCount] = JSONShape.makeSlot(key: key, field: field)
    slotCount += 1
    return Int32(slotCount - 1)
  }

  /// Takes back the slot that was added last.
  mutating func removeLastSlot() {
    slotCount -= 1
    slots[slotCount].pattern.deallocate()
    if overflowSlot == slotCount { overflowSlot = 0 }
  }

  /// Takes back the field that was added last; no slot leads to it any more.
  mutating func removeLastField() {
    fieldCount -= 1
  }

  private static func makeSlot(key: [UInt8], field: Int32) -> Slot {
    let count = key.count + 3
    let pattern = UnsafeMutablePointer<UInt8>.allocate(capacity: count + 8)
    pattern.update(repeating: 0, count: count + 8)
    pattern[0] = JSONScan.quote
    for index in 0..<key.count { pattern[index + 1] = key[index] }
    pattern[count - 2] = JSONScan.quote
    pattern[count - 1] = JSONScan.colon
    let isPlain = key.allSatisfy { $0 >= 0x20 && $0 != JSONScan.quote && $0 != JSONScan.backslash }
    let bits = UInt64(min(count, 8)) * 8
    let mask = bits == 64 ? UInt64.max : (1 << bits) - 1
    return Slot(
      pattern: pattern, patternCount: count,
      // A mask of zero under a value of one matches nothing.
      first: isPlain ? JSONScan.word64(pattern) & mask : 1, firstMask: isPlain ? mask : 0,
      field: field)
  }
}

/// The slow half of a shape: which slot belongs to a key that was not predicted.
struct JSONKeyDirectory {
  /// A field, and the slot of the first spelling by which it was known.
  struct Entry {
    var field: Int32
    var slot: Int32
  }

  private var slotOfKey: [[UInt8]: Int32] = [:]
  private var entryOfFoldedKey: [String: Entry] = [:]

  func slot(of key: [UInt8]) -> Int32? { slotOfKey[key] }

  /// The field that a key belongs to when case does not count.
  func entry(folding key: [UInt8]) -> Entry? {
    entryOfFoldedKey[JSONKeyDirectory.folded(key)]
  }

  mutating func add(_ key: [UInt8], slot: Int32, field: Int32) {
    slotOfKey[key] = slot
    if field >= 0 {
      let folded = JSONKeyDirectory.folded(key)
      if entryOfFoldedKey[folded] == nil {
        entryOfFoldedKey[folded] = Entry(field: field, slot: slot)
      }
    }
  }

  mutating func remove(_ key: [UInt8], slot: Int32) {
    if slotOfKey[key] == slot { slotOfKey[key] = nil }
    let folded = JSONKeyDirectory.folded(key)
    if entryOfFoldedKey[folded]?.slot == slot { entryOfFoldedKey[folded] = nil }
  }

  private static func folded(_ key: [UInt8]) -> String {
    String(decoding: key, as: UTF8.self).lowercased()
  }
}
