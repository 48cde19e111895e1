import LakeCore

/// The values of a column in a form whose order is that of unsigned numbers, or of bytes: what is
/// sorted by, and what minima and maxima are of. NaN comes behind all numbers, −0 is 0; inside
/// nested values nulls come last.
struct OrderVector: Sendable {
  enum Form: Sendable {
    case word
    case wide
    case string
    /// Nothing but nulls.
    case none

    init(_ type: DataType) {
      switch KeyForm(type) {
      case .word: self = .word
      case .wide: self = .wide
      case .string: self = .string
      case .none: self = .none
      }
    }
  }

  let form: Form
  let count: Int
  let validity: Bitmap?
  let values: Buffer
  let owners: [Buffer]

  var words: UnsafeMutablePointer<UInt64> { values.pointer(as: UInt64.self) }
  var wides: UnsafeMutablePointer<UInt128> { values.pointer(as: UInt128.self) }
  var views: UnsafeMutablePointer<StringView> { values.pointer(as: StringView.self) }

  @inline(__always)
  func isValid(_ row: Int) -> Bool {
    guard let words = validity?.words else { return form != .none }
    return Bitmap.bit(words, row)
  }

  init(_ vector: ColumnVector, _ kernels: Kernels) throws(LakeError) {
    let flat = try vector.flattened(kernels)
    let (values, owners): (Buffer, [Buffer])
    switch flat.values {
    case .none: (values, owners) = (Buffer(untracked: 0), [])
    case .strings(let strings): (values, owners) = (strings.views, strings.owners)
    case .fixed(let buffer):
      owners = []
      values = try OrderVector.ordered(buffer, flat.count, vector.type, kernels.tracker)
    case .list, .row:
      let nested = ColumnVector(type: vector.type, flat: flat)
      (values, owners) = try OrderVector.bytes(nested, kernels.tracker)
    }
    self.init(
      form: Form(vector.type), count: flat.count, validity: flat.validity, values: values,
      owners: owners)
  }

  private static func ordered(
    _ buffer: Buffer, _ count: Int, _ type: DataType, _ tracker: MemoryTracker?
  ) throws(LakeError) -> Buffer {
    if type.physical == .int128 {
      let target = try Buffer(byteCount: count * 16, tracker: tracker)
      let (from, to) = (
        buffer.pointer(as: UInt128.self), target.pointer(as: UInt128.self)
      )
      let flip: UInt128 = type == .uuid ? 0 : 1 << 127
      for row in 0..<count { to[row] = from[row] ^ flip }
      return target
    }
    let target = try Buffer(byteCount: count * 8, tracker: tracker)
    let to = target.pointer(as: UInt64.self)
    switch type.physical {
    case .boolean: integers(UInt8.self, buffer, to, count)
    case .int8: integers(Int8.self, buffer, to, count)
    case .int16: integers(Int16.self, buffer, to, count)
    case .int32: integers(Int32.self, buffer, to, count)
    case .int64: integers(Int64.self, buffer, to, count)
    case .float32: floats(Float.self, buffer, to, count)
    default: floats(Double.self, buffer, to, count)
    }
    return target
  }

  private static let sign: UInt64 = 1 << 63

  private static func integers<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type, _ buffer: Buffer, _ to: UnsafeMutablePointer<UInt64>, _ count: Int
  ) {
    let from = buffer.pointer(as: type)
    for row in 0..<count { to[row] = UInt64(truncatingIfNeeded: from[row]) ^ sign }
  }

  private static func floats<T: BinaryFloatingPoint & BitwiseCopyable>(
    _ type: T.Type, _ buffer: Buffer, _ to: UnsafeMutablePointer<UInt64>, _ count: Int
  ) {
    let from = buffer.pointer(as: type)
    for row in 0..<count {
      let value = Double(from[row])
      // Adding 0 turns −0 into 0 and changes nothing else.
      let bits = (value + 0).bitPattern
      let ordered = bits & sign == 0 ? bits | sign : ~bits
      to[row] = value == value ? ordered : .max
    }
  }

  private static func bytes(
    _ vector: ColumnVector, _ tracker: MemoryTracker?
  ) throws(LakeError) -> (Buffer, [Buffer]) {
    let views = try Buffer(byteCount: vector.count * 16, tracker: tracker)
    let out = views.pointer(as: StringView.self)
    var arena = StringArena(tracker: tracker)
    var bytes = NestedOrderBytes()
    for row in 0..<vector.count {
      bytes.encode(vector.value(at: row), vector.type)
      out[row] = try arena.appendBytes(bytes.bytes)
    }
    return (views, arena.owners)
  }

  /// The value of a column of numbers that an ordered word stands for.
  static func write(
    _ word: UInt64, _ type: PhysicalType, to base: UnsafeMutableRawPointer, row: Int
  ) {
    let integer = Int64(bitPattern: word ^ sign)
    switch type {
    case .boolean, .int8:
      base.storeBytes(of: Int8(truncatingIfNeeded: integer), toByteOffset: row, as: Int8.self)
    case .int16:
      base.storeBytes(of: Int16(truncatingIfNeeded: integer), toByteOffset: row * 2, as: Int16.self)
    case .int32:
      base.storeBytes(of: Int32(truncatingIfNeeded: integer), toByteOffset: row * 4, as: Int32.self)
    case .float32:
      base.storeBytes(of: Float(double(word)), toByteOffset: row * 4, as: Float.self)
    case .float64: base.storeBytes(of: double(word), toByteOffset: row * 8, as: Double.self)
    default: base.storeBytes(of: integer, toByteOffset: row * 8, as: Int64.self)
    }
  }

  private static func double(_ word: UInt64) -> Double {
    if word == .max { return .nan }
    return Double(bitPattern: word & sign != 0 ? word ^ sign : ~word)
  }
}

extension StringArena {
  /// A view of a copy of some bytes.
  mutating func appendBytes(_ bytes: [UInt8]) throws(LakeError) -> StringView {
    var view = StringView()
    var failure: LakeError?
    bytes.withUnsafeBytes { raw in
      guard let base = raw.baseAddress else { return }
      do throws(LakeError) { view = try append(base, count: raw.count) } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return view
  }
}

/// Nested values as bytes that are ordered like the values: members one after the other, nulls
/// last.
struct NestedOrderBytes {
  private(set) var bytes: [UInt8] = []

  mutating func encode(_ value: Value, _ type: DataType) {
    bytes.removeAll(keepingCapacity: true)
    append(value, type)
  }

  private mutating func append(_ value: Value, _ type: DataType) {
    bytes.append(value.isNull ? 2 : 1)
    switch value {
    case .null: break
    case .bool(let bool): bytes.append(bool ? 1 : 0)
    case .int(let int): append(fixed: UInt64(bitPattern: int) ^ 1 << 63)
    case .int128(let wide):
      append(fixed: UInt128(bitPattern: wide) ^ (type == .uuid ? 0 : 1 << 127))
    case .float(let float): append(Double(float))
    case .double(let double): append(double)
    case .string(let text): append(text: Array(text.utf8))
    case .bytes(let raw): append(text: raw)
    case .row(let members):
      for (member, field) in zip(members, type.rowFields) { append(member, field.type) }
    case .list(let elements):
      // Every element begins with 1 or 2, so a list that ends comes before one that goes on.
      for element in elements { append(element, type.listElement) }
      bytes.append(0)
    }
  }

  private mutating func append(_ number: Double) {
    let bits = (number + 0).bitPattern
    let ordered = bits >> 63 == 0 ? bits | 1 << 63 : ~bits
    append(fixed: number == number ? ordered : UInt64.max)
  }

  /// A zero byte is followed by 255 and the end by 0, so that a prefix comes first.
  private mutating func append(text: [UInt8]) {
    for byte in text {
      bytes.append(byte)
      if byte == 0 { bytes.append(255) }
    }
    bytes += [0, 0]
  }

  private mutating func append<T: FixedWidthInteger>(fixed value: T) {
    withUnsafeBytes(of: value.bigEndian) { bytes += $0 }
  }
}
