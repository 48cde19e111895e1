import LakeCore

/// A value that a dictionary can hold: trivial, compared by its bits, hashed.
protocol DictionaryKey: BitwiseCopyable {
  static func isSame(_ a: Self, _ b: Self) -> Bool
  var tableHash: UInt64 { get }
  /// The bytes of the value in a dictionary page, where they are more than its width.
  var extraBytes: Int { get }
}

extension UInt64: DictionaryKey {
  @inline(__always) static func isSame(_ a: UInt64, _ b: UInt64) -> Bool { a == b }
  @inline(__always) var tableHash: UInt64 {
    let product = (self ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: 0xD1B5_4A32_D192_ED03)
    return product.high ^ product.low
  }
  @inline(__always) var extraBytes: Int { 0 }
}

extension UInt128: DictionaryKey {
  @inline(__always) static func isSame(_ a: UInt128, _ b: UInt128) -> Bool { a == b }
  @inline(__always) var tableHash: UInt64 {
    let low = UInt64(truncatingIfNeeded: self)
    let high = UInt64(truncatingIfNeeded: self &>> 64)
    let product = (low ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(
      by: high ^ 0xD1B5_4A32_D192_ED03)
    return (product.high ^ product.low) &* 0x9E37_79B9_7F4A_7C15
  }
  @inline(__always) var extraBytes: Int { 0 }
}

extension StringView: DictionaryKey {
  @inline(__always) static func isSame(_ a: StringView, _ b: StringView) -> Bool { a == b }
  @inline(__always) var tableHash: UInt64 { Self.hash(self) }
  @inline(__always) var extraBytes: Int { count }

  @inline(__always)
  private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
  }

  /// The order of codes does not depend on hashes, so this one need not be kept for ever.
  @inline(__always)
  private static func hash(_ view: StringView) -> UInt64 {
    let seed: UInt64 = 0x9E37_79B9_7F4A_7C15
    let odd: UInt64 = 0xD1B5_4A32_D192_ED03
    if view.isInline { return fold(fold(view.head ^ seed, view.tail ^ odd), odd) }
    let (bytes, count) = (view.pointer, view.count)
    var hash = seed ^ UInt64(truncatingIfNeeded: count)
    var offset = 0
    while offset &+ 16 < count {
      let a = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      let b = bytes.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt64.self)
      hash = fold(a ^ hash, b ^ odd)
      offset &+= 16
    }
    // Safe: more than twelve bytes, so there are eight before the end.
    let b = bytes.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
    let a = bytes.loadUnaligned(fromByteOffset: max(count &- 16, 0), as: UInt64.self)
    return fold(fold(a ^ hash, b ^ odd), odd)
  }
}

/// The distinct values of a column chunk in the order in which they came, and the way from a value
/// to its number.
///
/// Whether a dictionary is worth it is decided where a new value is met, from the values so far and
/// their count: the answer is the same however the values lie in memory.
struct DictionaryTable<Key: DictionaryKey>: ~Copyable {
  /// A dictionary with more values, or more bytes of text, is no help.
  static var countMax: Int { 1 << 17 }
  static var textBytesMax: Int { 4 << 20 }
  /// From this many values on, a quarter of them at least must have been there before.
  static var trialValues: Int { 1 << 16 }

  private(set) var count = 0
  private(set) var textBytes = 0
  private(set) var hasFailed = false
  private var slots: UnsafeMutablePointer<UInt32>
  private var capacityBits: UInt64
  private(set) var keys: UnsafeMutablePointer<Key>
  private var keyCapacity: Int

  static var missing: UInt32 { .max }

  init() {
    capacityBits = 11
    slots = .allocate(capacity: 1 << 11)
    slots.initialize(repeating: .max, count: 1 << 11)
    keyCapacity = 1 << 10
    keys = .allocate(capacity: keyCapacity)
  }

  deinit {
    slots.deallocate()
    keys.deallocate()
  }

  /// The number of a value that is the `position`-th of the chunk (counted from 0), which is added
  /// if it is new. `missing` once the dictionary has failed.
  @inline(__always)
  mutating func code(of key: Key, position: Int) -> UInt32 {
    let mask = 1 &<< Int(capacityBits) &- 1
    var slot = Int(truncatingIfNeeded: key.tableHash &>> (64 &- capacityBits))
    while true {
      let code = slots[slot]
      if code == .max { return add(key, at: slot, position: position) }
      if Key.isSame(keys[Int(code)], key) { return code }
      slot = (slot &+ 1) & mask
    }
  }

  @inline(never)
  private mutating func add(_ key: Key, at slot: Int, position: Int) -> UInt32 {
    if hasFailed { return .max }
    textBytes += key.extraBytes
    // No overflow: both are counts of things in memory.
    let isUseless = position >= Self.trialValues && count > position / 4 * 3
    if count == Self.countMax || textBytes > Self.textBytesMax || isUseless {
      hasFailed = true
      return .max
    }
    if count == keyCapacity { growKeys() }
    let code = UInt32(truncatingIfNeeded: count)
    keys[count] = key
    slots[slot] = code
    count += 1
    if count * 2 > 1 << Int(capacityBits) { growSlots() }
    return code
  }

  private mutating func growKeys() {
    let larger = UnsafeMutablePointer<Key>.allocate(capacity: keyCapacity * 2)
    larger.update(from: keys, count: count)
    keys.deallocate()
    keys = larger
    keyCapacity *= 2
  }

  private mutating func growSlots() {
    slots.deallocate()
    capacityBits += 2
    let capacity = 1 << Int(capacityBits)
    slots = .allocate(capacity: capacity)
    slots.initialize(repeating: .max, count: capacity)
    for code in 0..<count {
      var slot = Int(truncatingIfNeeded: keys[code].tableHash &>> (64 &- capacityBits))
      while slots[slot] != .max { slot = (slot &+ 1) & (capacity &- 1) }
      slots[slot] = UInt32(truncatingIfNeeded: code)
    }
  }
}
