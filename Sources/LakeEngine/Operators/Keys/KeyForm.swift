import LakeCore

/// How keys of a type lie in memory once they are in normal form, in which equal keys are equal bit
/// for bit (text: byte for byte).
enum KeyForm: Sendable {
  /// Eight bytes: integers of all widths, floats without −0 and with one NaN.
  case word
  /// Sixteen bytes: wide decimals, uuids.
  case wide
  /// A view: text, and everything nested as bytes.
  case string
  /// Nothing but nulls.
  case none

  /// Bytes of one key, those that a view points to not counted.
  var byteWidth: Int {
    switch self {
    case .word: 8
    case .wide, .string: 16
    case .none: 0
    }
  }

  /// Whether the normal form of a type's values is the values themselves.
  static func isValue(_ type: DataType) -> Bool {
    switch type.physical {
    case .int64, .int128, .string: true
    case .boolean, .int8, .int16, .int32, .float32, .float64, .list, .row, .none: false
    }
  }

  init(_ type: DataType) {
    switch type.physical {
    case .boolean, .int8, .int16, .int32, .int64, .float32, .float64: self = .word
    case .int128: self = .wide
    case .string, .list, .row: self = .string
    case .none: self = .none
    }
  }
}

/// One key column of some rows in normal form. The value of a null row is zero.
struct KeyVector: Sendable {
  let form: KeyForm
  let count: Int
  let validity: Bitmap?
  /// `UInt64`, `UInt128` or `StringView` a row.
  let values: Buffer
  let owners: [Buffer]

  init(form: KeyForm, count: Int, validity: Bitmap?, values: Buffer, owners: [Buffer]) {
    self.form = form
    self.count = count
    self.validity = validity.flatMap { $0.zeroCount == 0 ? nil : $0 }
    self.values = values
    self.owners = owners
  }

  var words: UnsafeMutablePointer<UInt64> { values.pointer(as: UInt64.self) }
  var wides: UnsafeMutablePointer<UInt128> { values.pointer(as: UInt128.self) }
  var views: UnsafeMutablePointer<StringView> { values.pointer(as: StringView.self) }

  @inline(__always)
  func isValid(_ row: Int) -> Bool {
    guard let words = validity?.words else { return form != .none }
    return Bitmap.bit(words, row)
  }
}

/// What equality means to whoever asks for the normal form.
enum KeyMeaning {
  /// GROUP BY, DISTINCT, PARTITION BY: null equals null, NaN equals NaN.
  case grouping
  /// `=`: null, and what holds a null, equals nothing, and neither does NaN. Such rows are null.
  case equality
}

extension KeyVector {
  /// The normal form of a vector.
  init(
    _ vector: ColumnVector, _ meaning: KeyMeaning, _ kernels: Kernels
  ) throws(LakeError) {
    let flat = try vector.flattened(kernels)
    let (count, tracker) = (flat.count, kernels.tracker)
    switch flat.values {
    case .none:
      self.init(
        form: .none, count: count, validity: try Bitmap(repeating: false, count: count),
        values: Buffer(untracked: 0), owners: [])
    case .fixed(let buffer):
      self = try KeyVector.fixed(buffer, flat, vector.type, meaning, tracker)
    case .strings(let strings):
      let values = try KeyVector.clearingNulls(StringView.self, strings.views, flat, tracker)
      self.init(
        form: .string, count: count, validity: flat.validity, values: values,
        owners: strings.owners)
    case .list, .row:
      self = try KeyVector.nested(
        ColumnVector(type: vector.type, flat: flat), meaning, tracker)
    }
  }

  private static func fixed(
    _ buffer: Buffer, _ flat: FlatColumn, _ type: DataType, _ meaning: KeyMeaning,
    _ tracker: MemoryTracker?
  ) throws(LakeError) -> KeyVector {
    let values: Buffer
    var validity = flat.validity
    switch type.physical {
    case .boolean: values = try widened(UInt8.self, buffer, flat, tracker)
    case .int8: values = try widened(Int8.self, buffer, flat, tracker)
    case .int16: values = try widened(Int16.self, buffer, flat, tracker)
    case .int32: values = try widened(Int32.self, buffer, flat, tracker)
    case .int64: values = try clearingNulls(UInt64.self, buffer, flat, tracker)
    case .float32: values = try canonical(Float.self, buffer, flat, tracker)
    case .float64: values = try canonical(Double.self, buffer, flat, tracker)
    default:
      let wides = try clearingNulls(UInt128.self, buffer, flat, tracker)
      return KeyVector(
        form: .wide, count: flat.count, validity: flat.validity, values: wides, owners: [])
    }
    let isFloat = type.physical == .float32 || type.physical == .float64
    if isFloat, meaning == .equality {
      validity = try withoutNaN(values, flat, tracker)
    }
    return KeyVector(
      form: .word, count: flat.count, validity: validity, values: values, owners: [])
  }

  private static func widened<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type, _ buffer: Buffer, _ flat: FlatColumn, _ tracker: MemoryTracker?
  ) throws(LakeError) -> Buffer {
    let target = try Buffer(byteCount: flat.count * 8, tracker: tracker)
    let (from, to) = (buffer.pointer(as: type), target.pointer(as: UInt64.self))
    for row in 0..<flat.count { to[row] = UInt64(truncatingIfNeeded: from[row]) }
    clearNulls(to, flat, zero: 0)
    return target
  }

  /// The bits of the number as a double: 0 for −0, one pattern for all NaN.
  private static func canonical<T: BinaryFloatingPoint & BitwiseCopyable>(
    _ type: T.Type, _ buffer: Buffer, _ flat: FlatColumn, _ tracker: MemoryTracker?
  ) throws(LakeError) -> Buffer {
    let target = try Buffer(byteCount: flat.count * 8, tracker: tracker)
    let (from, to) = (buffer.pointer(as: type), target.pointer(as: UInt64.self))
    for row in 0..<flat.count {
      let value = Double(from[row])
      // Adding 0 turns −0 into 0 and changes nothing else.
      to[row] = value == value ? (value + 0).bitPattern : nan
    }
    clearNulls(to, flat, zero: 0)
    return target
  }

  private static let nan: UInt64 = 0x7FF8_0000_0000_0000

  private static func withoutNaN(
    _ values: Buffer, _ flat: FlatColumn, _ tracker: MemoryTracker?
  ) throws(LakeError) -> Bitmap? {
    let words = values.pointer(as: UInt64.self)
    var found = false
    for row in 0..<flat.count where words[row] == nan { found = true }
    if !found { return flat.validity }
    let bits = try Bitmap(repeating: false, count: flat.count, tracker: tracker)
    for row in 0..<flat.count where words[row] != nan && !flat.isNull(row) {
      bits.words[row &>> 6] |= 1 &<< UInt64(row & 63)
    }
    // Counted anew, since the bits have changed.
    return Bitmap(buffer: bits.buffer, count: flat.count)
  }

  /// The values themselves where there is no null, else a copy with zeros there.
  private static func clearingNulls<T: BitwiseCopyable>(
    _ type: T.Type, _ buffer: Buffer, _ flat: FlatColumn, _ tracker: MemoryTracker?
  ) throws(LakeError) -> Buffer {
    if flat.validity == nil { return buffer }
    let stride = MemoryLayout<T>.stride
    let target = try Buffer(byteCount: flat.count * stride, tracker: tracker)
    target.base.copyMemory(from: buffer.base, byteCount: flat.count * stride)
    guard let words = flat.validity?.words else { return target }
    for row in 0..<flat.count where !Bitmap.bit(words, row) {
      target.base.advanced(by: row &* stride)
        .initializeMemory(as: UInt8.self, repeating: 0, count: stride)
    }
    return target
  }

  private static func clearNulls(
    _ values: UnsafeMutablePointer<UInt64>, _ flat: FlatColumn, zero: UInt64
  ) {
    guard let words = flat.validity?.words else { return }
    for row in 0..<flat.count where !Bitmap.bit(words, row) { values[row] = zero }
  }

  /// Nested values as bytes.
  private static func nested(
    _ vector: ColumnVector, _ meaning: KeyMeaning, _ tracker: MemoryTracker?
  ) throws(LakeError) -> KeyVector {
    let count = vector.count
    let views = try Buffer(byteCount: count * 16, tracker: tracker)
    let out = views.pointer(as: StringView.self)
    let valid = try Bitmap(repeating: false, count: count, tracker: tracker)
    var arena = StringArena(tracker: tracker)
    var bytes = NestedKeyBytes()
    for row in 0..<count {
      out[row] = StringView()
      let value = vector.value(at: row)
      if value.isNull { continue }
      bytes.encode(value, vector.type)
      if meaning == .equality, bytes.holdsUnequal { continue }
      out[row] = try bytes.append(to: &arena)
      valid.words[row &>> 6] |= 1 &<< UInt64(row & 63)
    }
    return KeyVector(
      form: .string, count: count, validity: Bitmap(buffer: valid.buffer, count: count),
      values: views, owners: arena.owners)
  }
}
