import LakeCore

/// Values at the edges of their types, and what is true of their bounds, said the slow way.
package enum OddValues {
  /// Random values; stretches of nulls, of one value, and of values that ascend among them.
  package static func values(_ type: DataType, count: Int, _ random: inout SeededRandom) -> [Value]
  {
    var values: [Value] = []
    let hasNaN = random.below(3) == 0
    while values.count < count {
      let length = min(1 + random.below(40), count - values.count)
      var part = (0..<length).map { _ in value(type, &random) }
      if !hasNaN { part = part.map { isNaN($0) ? .null : $0 } }
      switch random.below(5) {
      case 0: part = part.map { _ in .null }
      case 1: part = part.map { _ in part[0] }
      default: break
      }
      values += part
    }
    return values
  }

  private static func value(_ type: DataType, _ random: inout SeededRandom) -> Value {
    guard random.below(2) == 0 else { return random.value(type) }
    switch type {
    case .double:
      return .double(random.pick([0, -0.0, .infinity, -.infinity, .nan, 5e-324, -1.5]))
    case .real:
      return .float(random.pick([0, -0.0, .infinity, -.infinity, .nan, 1e-45, -1.5]))
    case .varchar:
      let unit = random.pick(["a", "é", "語", "😀", "\u{7F}", "\u{10FFFF}", "\u{D7FF}"])
      let start = String(repeating: "x", count: random.below(4))
      return .string(start + String(repeating: unit, count: random.below(90)))
    case .varbinary:
      let byte = random.pick([0, 1, 0x7F, 0x80, 0xFE, 0xFF] as [UInt8])
      return .bytes([UInt8](repeating: byte, count: random.below(90)))
    default: return random.value(type)
    }
  }

  package static func isNaN(_ value: Value) -> Bool {
    switch value {
    case .double(let double): double.isNaN
    case .float(let float): float.isNaN
    default: false
    }
  }

  package static func bounds(_ values: [Value], _ type: DataType) -> (Value?, Value?) {
    let sorted = values.sorted { isLess($0, $1, type) }
    return (sorted.first, sorted.last)
  }

  package static func isLess(_ a: Value, _ b: Value, _ type: DataType) -> Bool {
    switch (a, b) {
    case (.bool(let a), .bool(let b)): !a && b
    case (.int(let a), .int(let b)): a < b
    case (.int128(let a), .int128(let b)):
      type == .uuid ? UInt128(bitPattern: a) < UInt128(bitPattern: b) : a < b
    case (.float(let a), .float(let b)): a < b
    case (.double(let a), .double(let b)): a < b
    case (.string(let a), .string(let b)): a.utf8.lexicographicallyPrecedes(b.utf8)
    case (.bytes(let a), .bytes(let b)): a.lexicographicallyPrecedes(b)
    default: false
    }
  }

  /// Whether a bound of long text or bytes is on the right side of it, and near.
  package static func isCut(_ bound: Value, of value: Value, isLower: Bool) -> Bool {
    let (short, long) = (bytes(bound), bytes(value))
    guard let short, let long, long.count > 64, short.count <= 66 else { return false }
    if isLower { return long.starts(with: short) && short.count > 60 }
    return long.lexicographicallyPrecedes(short)
      && long.starts(with: short.prefix(max(short.count - 4, 0)))
  }

  /// Whether no short text is above all that begin as this one does.
  package static func cannotBeRaised(_ value: Value) -> Bool {
    switch value {
    case .string(let text): text.unicodeScalars.prefix(16).allSatisfy { $0.value == 0x10FFFF }
    case .bytes(let bytes): bytes.prefix(64).allSatisfy { $0 == 0xFF }
    default: false
    }
  }

  private static func bytes(_ value: Value) -> [UInt8]? {
    switch value {
    case .string(let text): Array(text.utf8)
    case .bytes(let bytes): bytes
    default: nil
    }
  }
}
