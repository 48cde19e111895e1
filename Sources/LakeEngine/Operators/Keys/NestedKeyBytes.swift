import LakeCore

/// Nested values as bytes that are equal where the values are not distinct. The slow way, for keys
/// that hardly anybody uses.
struct NestedKeyBytes {
  private(set) var bytes: [UInt8] = []
  /// Whether a null or a NaN was met inside: such a value equals nothing, itself neither.
  private(set) var holdsUnequal = false

  /// Begins anew with one value.
  mutating func encode(_ value: Value, _ type: DataType) {
    bytes.removeAll(keepingCapacity: true)
    holdsUnequal = false
    append(value, type)
  }

  func append(to arena: inout StringArena) throws(LakeError) -> StringView {
    try arena.appendBytes(bytes)
  }

  private mutating func append(_ value: Value, _ type: DataType) {
    switch value {
    case .null:
      holdsUnequal = true
      bytes.append(0)
      return
    default: bytes.append(1)
    }
    switch value {
    case .null: break
    case .bool(let bool): bytes.append(bool ? 1 : 0)
    case .int(let int): append(fixed: UInt64(bitPattern: int))
    case .int128(let wide): append(fixed: UInt128(bitPattern: wide))
    case .float(let float): append(Double(float))
    case .double(let double): append(double)
    case .string(let text): append(counted: Array(text.utf8))
    case .bytes(let raw): append(counted: raw)
    case .row(let members):
      for (member, field) in zip(members, type.rowFields) { append(member, field.type) }
    case .list(let elements): append(elements, type)
    }
  }

  private mutating func append(_ elements: [Value], _ type: DataType) {
    append(fixed: UInt64(elements.count))
    guard case .map = type else {
      for element in elements { append(element, type.listElement) }
      return
    }
    // Maps are equal whatever the order of their entries.
    var entries: [[UInt8]] = []
    for element in elements {
      var entry = NestedKeyBytes()
      entry.append(element, type.listElement)
      holdsUnequal = holdsUnequal || entry.holdsUnequal
      entries.append(entry.bytes)
    }
    entries.sort { $0.lexicographicallyPrecedes($1) }
    for entry in entries { append(counted: entry) }
  }

  private mutating func append(_ number: Double) {
    if number != number { holdsUnequal = true }
    append(fixed: number == number ? (number + 0).bitPattern : 0x7FF8_0000_0000_0000)
  }

  private mutating func append(counted raw: [UInt8]) {
    append(fixed: UInt64(raw.count))
    bytes += raw
  }

  private mutating func append<T: FixedWidthInteger>(fixed value: T) {
    withUnsafeBytes(of: value.bigEndian) { bytes += $0 }
  }
}
