import Glibc
import LakeCore

/// The values of one batch of a leaf, nulls left out: indices as long as pages have them, else
/// values.
struct ValueRun {
  private let type: DataType
  private let width: Int
  private let tracker: MemoryTracker?
  private var buffer: Buffer
  private(set) var count = 0
  private var capacity: Int
  private var owners: [Buffer] = []
  /// Set while `buffer` holds indices.
  private var dictionary: VectorDictionary?
  private var isValues = false

  init(_ type: DataType, capacity: Int, tracker: MemoryTracker?) throws(LakeError) {
    self.type = type
    self.tracker = tracker
    self.capacity = capacity
    width = max(type.physical.byteWidth, 1)
    // Indices take four bytes, whatever the type.
    buffer = try Buffer(byteCount: capacity * max(width, 4), tracker: tracker)
  }

  mutating func appendIndices(
    _ more: Int, from decoder: inout HybridDecoder, dictionary: VectorDictionary?
  ) throws(LakeError) {
    guard let dictionary else { throw LakeError(.internal, "there is no dictionary") }
    if isValues { return try appendLooked(more, from: &decoder, dictionary) }
    self.dictionary = dictionary
    try ensure(more)
    let target = buffer.pointer(as: UInt32.self) + count
    try decoder.decode(more, into: target)
    try check(target, more, dictionary)
    count += more
  }

  /// Room for values that follow; what was indices becomes values first.
  mutating func roomForValues(
    _ more: Int, owner: Buffer
  ) throws(LakeError) -> UnsafeMutableRawPointer {
    if !isValues { try becomeValues() }
    try ensure(more)
    if case .string = type.physical, owners.last !== owner { owners.append(owner) }
    return buffer.base + count * width
  }

  /// Keeps what values point into.
  mutating func own(_ buffer: Buffer) {
    if case .string = type.physical { owners.append(buffer) }
  }

  mutating func countValues(_ more: Int) { count += more }

  private func check(
    _ indices: UnsafePointer<UInt32>, _ count: Int, _ dictionary: VectorDictionary
  ) throws(LakeError) {
    var greatest: UInt32 = 0
    for index in 0..<count { greatest = max(greatest, indices[index]) }
    guard count == 0 || Int(greatest) < dictionary.values.count else {
      throw LakeError.parquetDamage(
        "index \(greatest) of a dictionary with \(dictionary.values.count) values")
    }
  }

  private mutating func ensure(_ more: Int) throws(LakeError) {
    guard count + more > capacity else { return }
    let wanted = max(count + more, capacity * 2)
    let larger = try Buffer(byteCount: wanted * max(width, 4), tracker: tracker)
    memcpy(larger.base, buffer.base, count * (isValues ? width : 4))
    buffer = larger
    capacity = wanted
  }

  private mutating func becomeValues() throws(LakeError) {
    isValues = true
    guard let dictionary, count > 0 else { return }
    let target = try Buffer(byteCount: capacity * max(width, 4), tracker: tracker)
    try lookUp(
      UnsafePointer(buffer.pointer(as: UInt32.self)), count, dictionary, into: target.base)
    buffer = target
  }

  private mutating func appendLooked(
    _ more: Int, from decoder: inout HybridDecoder, _ dictionary: VectorDictionary
  ) throws(LakeError) {
    let indices = try Buffer(byteCount: more * 4, tracker: tracker)
    let pointer = indices.pointer(as: UInt32.self)
    try decoder.decode(more, into: pointer)
    try check(pointer, more, dictionary)
    try ensure(more)
    try lookUp(pointer, more, dictionary, into: buffer.base + count * width)
    count += more
  }

  private mutating func lookUp(
    _ indices: UnsafePointer<UInt32>, _ count: Int, _ dictionary: VectorDictionary,
    into out: UnsafeMutableRawPointer
  ) throws(LakeError) {
    switch dictionary.values.values {
    case .fixed(let values):
      switch width {
      case 1: Self.gather(values, UInt8.self, indices, count, out)
      case 2: Self.gather(values, UInt16.self, indices, count, out)
      case 4: Self.gather(values, UInt32.self, indices, count, out)
      case 8: Self.gather(values, UInt64.self, indices, count, out)
      default: Self.gather(values, UInt128.self, indices, count, out)
      }
    case .strings(let strings):
      owners += strings.owners
      Self.gather(strings.views, StringView.self, indices, count, out)
    case .none, .list, .row: break
    }
  }

  private static func gather<T: BitwiseCopyable>(
    _ values: Buffer, _ type: T.Type, _ indices: UnsafePointer<UInt32>, _ count: Int,
    _ out: UnsafeMutableRawPointer
  ) {
    let (from, target) = (values.pointer(as: type), out.assumingMemoryBound(to: type))
    for index in 0..<count { target[index] = from[Int(indices[index])] }
  }
}

extension ValueRun {
  /// The vector of `slotCount` slots. `valid` has a byte of 0 or 1 for each, and is nil where all
  /// slots have values.
  func vector(slotCount: Int, valid: UnsafePointer<UInt8>?) throws(LakeError) -> ColumnVector {
    if case .none = type.physical {
      return ColumnVector(
        type: type, flat: FlatColumn(count: slotCount, validity: nil, values: .none))
    }
    let validity = try valid.map { bytes throws(LakeError) in
      try Bitmap.packing(bytes, count: slotCount, tracker: tracker)
    }
    if count == 0, slotCount > 0 {
      return try ColumnVector.nulls(type: type, count: slotCount)
    }
    if let dictionary, !isValues {
      let indices = try spread(UInt32.self, slotCount, valid, clearing: true)
      return ColumnVector(
        type: type,
        dictionary: DictionaryColumn(
          count: slotCount, validity: validity, indices: indices, dictionary: dictionary))
    }
    let stored: FlatColumn.Values
    switch type.physical {
    case .string:
      let views = try spread(StringView.self, slotCount, valid)
      stored = .strings(StringValues(views: views, owners: owners))
    default: stored = .fixed(try spreadFixed(slotCount, valid))
    }
    return ColumnVector(
      type: type, flat: FlatColumn(count: slotCount, validity: validity, values: stored))
  }

  private func spreadFixed(
    _ slotCount: Int, _ valid: UnsafePointer<UInt8>?
  ) throws(LakeError) -> Buffer {
    switch width {
    case 1: try spread(UInt8.self, slotCount, valid, clearing: true)
    case 2: try spread(UInt16.self, slotCount, valid)
    case 4: try spread(UInt32.self, slotCount, valid)
    case 8: try spread(UInt64.self, slotCount, valid)
    default: try spread(UInt128.self, slotCount, valid)
    }
  }

  /// Puts values where their slots are. A null slot gets what comes next, which is a value too; or
  /// zero, where it must be `clearing`.
  private func spread<T: BitwiseCopyable & ExpressibleByIntegerLiteral>(
    _ type: T.Type, _ slotCount: Int, _ valid: UnsafePointer<UInt8>?, clearing: Bool
  ) throws(LakeError) -> Buffer {
    let target = try spread(type, slotCount, valid)
    guard clearing, let valid, target !== buffer else { return target }
    let out = target.pointer(as: type)
    for slot in 0..<slotCount { out[slot] = valid[slot] != 0 ? out[slot] : 0 }
    return target
  }

  private func spread<T: BitwiseCopyable>(
    _ type: T.Type, _ slotCount: Int, _ valid: UnsafePointer<UInt8>?
  ) throws(LakeError) -> Buffer {
    guard let valid else { return buffer }
    let target = try Buffer(byteCount: slotCount * MemoryLayout<T>.stride, tracker: tracker)
    let (from, out) = (buffer.pointer(as: type), target.pointer(as: type))
    let last = max(count - 1, 0)
    var at = 0
    for slot in 0..<slotCount {
      // Behind the last value there is none that could be read.
      out[slot] = from[min(at, last)]
      at &+= Int(valid[slot])
    }
    return target
  }
}
