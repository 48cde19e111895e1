import LakeCore

/// bitwise_and_agg, bitwise_or_agg, bitwise_xor_agg, and checksum, which adds up hashes.
final class BitAccumulator: Accumulator {
  private let function: AggregateCall.Function
  private let kernels: Kernels
  private var bits: RawArray<UInt64>
  private var has: RawArray<UInt8>

  init(_ function: AggregateCall.Function, _ kernels: Kernels) {
    self.function = function
    self.kernels = kernels
    bits = RawArray(tracker: kernels.tracker)
    has = RawArray(tracker: kernels.tracker)
  }

  func reserve(groups: Int) throws {
    try bits.growZeroed(to: groups)
    try has.growZeroed(to: groups)
  }

  func add(_ groups: UnsafePointer<UInt32>, count: Int, _ arguments: [ColumnVector]) throws {
    guard let argument = arguments.first else { return }
    if function == .checksum {
      let hashes = try RawArray<UInt64>(count: count, tracker: kernels.tracker)
      try kernels.hash(argument, into: hashes.pointer)
      for row in 0..<count { add(hashes.pointer[row], to: Int(groups[row])) }
      return
    }
    let flat = try argument.flattened(kernels)
    guard let values = flat.fixed?.pointer(as: UInt64.self) else { return }
    for row in 0..<count where !flat.isNull(row) { add(values[row], to: Int(groups[row])) }
  }

  private func add(_ value: UInt64, to group: Int) {
    let (bits, has) = (bits.pointer, has.pointer)
    switch function {
    case .bitwiseAnd: bits[group] = has[group] == 0 ? value : bits[group] & value
    case .bitwiseOr: bits[group] |= value
    case .bitwiseXor: bits[group] ^= value
    default:
      // Modulo 2^64, so that the order of rows does not count.
      bits[group] &+= value
    }
    has[group] = 1
  }

  func state(groups: Int) throws -> [ColumnVector] {
    let valid = try RawArray<UInt8>(count: (groups + 63) / 64 * 64, tracker: kernels.tracker)
    for group in 0..<groups { valid.pointer[group] = has.pointer[group] }
    return [try kernels.vector(.bigint, bits.buffer, valid: valid.pointer, count: groups)]
  }

  func merge(state: [ColumnVector], _ groups: UnsafePointer<UInt32>, count: Int) throws {
    guard let flat = try state.first?.flattened(kernels),
      let values = flat.fixed?.pointer(as: UInt64.self)
    else { return }
    for row in 0..<count where !flat.isNull(row) { add(values[row], to: Int(groups[row])) }
  }

  func finish(groups: Int) throws -> ColumnVector {
    guard function == .checksum else {
      let values = try Buffer(byteCount: groups * 8, tracker: kernels.tracker)
      for group in 0..<groups {
        values.pointer(as: UInt64.self)[group] = bits.pointer[group]
      }
      let valid = try RawArray<UInt8>(count: (groups + 63) / 64 * 64, tracker: kernels.tracker)
      for group in 0..<groups { valid.pointer[group] = has.pointer[group] }
      return try kernels.vector(.bigint, values, valid: valid.pointer, count: groups)
    }
    let builder = try ColumnBuilder(.varbinary, tracker: kernels.tracker)
    for group in 0..<groups {
      let bytes = withUnsafeBytes(of: bits.pointer[group].bigEndian) { Array($0) }
      try builder.append(has.pointer[group] == 0 ? .null : .bytes(bytes))
    }
    return try builder.finish()
  }
}
