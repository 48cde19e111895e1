/// Decimals: whole numbers of 64 or 128 bits, with a scale.
extension Kernels {
  func castDecimal(
    _ flat: FlatColumn, from source: DataType, to target: DataType
  ) throws(LakeError) -> Outcome {
    switch (source, target) {
    case (_, .double): return try castToFloat(flat, from: source, to: target)
    case (_, .real): return try castToFloat(flat, from: source, to: target)
    case (_, .boolean):
      return source.physical == .int64
        ? try run(DecimalToBoolean<Int64>(), flat, to: target)
        : try run(DecimalToBoolean<Int128>(), flat, to: target)
    case (.double, .decimal(let precision, let scale)):
      return try rounding(DoubleDigits(), flat, precision, scale, to: target)
    case (.real, .decimal(let precision, let scale)):
      return try rounding(FloatDigits(), flat, precision, scale, to: target)
    case (.decimal, _), (.bigint, _): return try rescale(flat, from: source, to: target)
    default: return try castThrough(.bigint, flat, from: source, to: target)
    }
  }

  private func rescale(
    _ flat: FlatColumn, from source: DataType, to target: DataType
  ) throws(LakeError) -> Outcome {
    switch (source.physical, target.physical) {
    case (.int64, .int8): try run(Rescale<Int64, Int8>(source, target), flat, to: target)
    case (.int64, .int16): try run(Rescale<Int64, Int16>(source, target), flat, to: target)
    case (.int64, .int32): try run(Rescale<Int64, Int32>(source, target), flat, to: target)
    case (.int64, .int64): try run(Rescale<Int64, Int64>(source, target), flat, to: target)
    case (.int64, _): try run(Rescale<Int64, Int128>(source, target), flat, to: target)
    case (_, .int8): try run(Rescale<Int128, Int8>(source, target), flat, to: target)
    case (_, .int16): try run(Rescale<Int128, Int16>(source, target), flat, to: target)
    case (_, .int32): try run(Rescale<Int128, Int32>(source, target), flat, to: target)
    case (_, .int64): try run(Rescale<Int128, Int64>(source, target), flat, to: target)
    default: try run(Rescale<Int128, Int128>(source, target), flat, to: target)
    }
  }

  private func castToFloat(
    _ flat: FlatColumn, from source: DataType, to target: DataType
  ) throws(LakeError) -> Outcome {
    let scale = source.decimalScale
    switch (source.physical, target.physical) {
    case (.int64, .float64): return try run(DecimalToDouble<Int64>(scale: scale), flat, to: target)
    case (_, .float64): return try run(DecimalToDouble<Int128>(scale: scale), flat, to: target)
    case (.int64, _): return try run(DecimalToFloat<Int64>(scale: scale), flat, to: target)
    default: return try run(DecimalToFloat<Int128>(scale: scale), flat, to: target)
    }
  }

  private func rounding<D: Digits>(
    _ digits: D, _ flat: FlatColumn, _ precision: Int, _ scale: Int, to target: DataType
  ) throws(LakeError) -> Outcome {
    precision <= 18
      ? try run(FloatToDecimal<D, Int64>(digits, precision, scale), flat, to: target)
      : try run(FloatToDecimal<D, Int128>(digits, precision, scale), flat, to: target)
  }
}

extension DataType {
  /// 0 for integers.
  var decimalScale: Int { if case .decimal(_, let scale) = self { scale } else { 0 } }
}

/// A whole number with one scale to one with another, in a range.
private struct Rescale<
  S: FixedWidthInteger & BitwiseCopyable, T: FixedWidthInteger & BitwiseCopyable
>: Conversion {
  static var canFail: Bool { true }
  let factor: Int128
  let divisor: Int128
  let least: Int128
  let greatest: Int128

  init(_ source: DataType, _ target: DataType) {
    let shift = target.decimalScale - source.decimalScale
    factor = Int128(DecimalText.powerOfTen(max(shift, 0)))
    divisor = Int128(DecimalText.powerOfTen(max(-shift, 0)))
    if case .decimal(let precision, _) = target {
      greatest = Int128(DecimalText.powerOfTen(precision)) - 1
      least = -greatest
    } else {
      (least, greatest) = (Int128(T.min), Int128(T.max))
    }
  }

  func convert(_ value: S) -> (T, Bool) {
    var wide = Int128(value)
    if factor != 1 {
      let (product, overflow) = wide.multipliedReportingOverflow(by: factor)
      if overflow { return (0, false) }
      wide = product
    } else if divisor != 1 {
      let (quotient, rest) = wide.quotientAndRemainder(dividingBy: divisor)
      // Halves away from zero. The rest is below 10^38, and twice that fits into UInt128.
      let roundsUp = rest.magnitude * 2 >= divisor.magnitude
      wide = quotient + (roundsUp ? (wide < 0 ? -1 : 1) : 0)
    }
    if wide < least || wide > greatest { return (0, false) }
    return (T(truncatingIfNeeded: wide), true)
  }
}

private struct DecimalToBoolean<S: FixedWidthInteger & BitwiseCopyable>: Conversion {
  static var canFail: Bool { false }
  func convert(_ value: S) -> (UInt8, Bool) { (value == 0 ? 0 : 1, true) }
}

/// Calls `body` with room for text on the stack.
@inline(__always)
private func withTextRoom<R>(_ body: (UnsafeMutablePointer<UInt8>) -> R) -> R {
  withUnsafeTemporaryAllocation(of: UInt8.self, capacity: TextLoop.byteCountMax) { room in
    // Safe: the room has bytes, so it has an address.
    body(room.baseAddress.unsafelyUnwrapped)
  }
}

private struct DecimalToDouble<S: FixedWidthInteger & BitwiseCopyable>: Conversion {
  static var canFail: Bool { false }
  let scale: Int

  func convert(_ value: S) -> (Double, Bool) {
    // Both are doubles without error up to here, so that the one division rounds once.
    if value.magnitude <= 1 << 53, scale <= 22 {
      return (Double(value) / Double(DecimalText.powerOfTen(scale)), true)
    }
    let nearest = withTextRoom { text in
      DoubleText.parse(text, count: DecimalText.write(Int128(value), scale: scale, to: text))
    }
    return (nearest ?? .nan, true)
  }
}

private struct DecimalToFloat<S: FixedWidthInteger & BitwiseCopyable>: Conversion {
  static var canFail: Bool { false }
  let scale: Int

  func convert(_ value: S) -> (Float, Bool) {
    if value.magnitude <= 1 << 24, scale <= 10 {
      return (Float(value) / Float(DecimalText.powerOfTen(scale)), true)
    }
    let nearest = withTextRoom { text in
      DoubleText.parseFloat(text, count: DecimalText.write(Int128(value), scale: scale, to: text))
    }
    return (nearest ?? .nan, true)
  }
}

/// The shortest digits of a binary number.
private protocol Digits {
  associatedtype Number: BitwiseCopyable
  func write(_ value: Number, to target: UnsafeMutablePointer<UInt8>) -> Int
}

private struct DoubleDigits: Digits {
  func write(_ value: Double, to target: UnsafeMutablePointer<UInt8>) -> Int {
    DoubleText.write(value, to: target)
  }
}

private struct FloatDigits: Digits {
  func write(_ value: Float, to target: UnsafeMutablePointer<UInt8>) -> Int {
    DoubleText.write(value, to: target)
  }
}

/// By way of the shortest text, so that 0.285 is 0.29 with two digits, as people read it.
private struct FloatToDecimal<D: Digits, T: FixedWidthInteger & BitwiseCopyable>: Conversion {
  static var canFail: Bool { true }
  let digits: D
  let precision: Int
  let scale: Int

  init(_ digits: D, _ precision: Int, _ scale: Int) {
    self.digits = digits
    self.precision = precision
    self.scale = scale
  }

  func convert(_ value: D.Number) -> (T, Bool) {
    let outcome = withTextRoom { text in
      DecimalText.parse(
        text, count: digits.write(value, to: text), precision: precision, scale: scale,
        rounding: true)
    }
    guard case .value(let unscaled) = outcome else { return (0, false) }
    return (T(truncatingIfNeeded: unscaled), true)
  }
}
