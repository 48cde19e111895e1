/// Integers, floats and booleans among each other.
extension Kernels {
  func castNumber(
    _ flat: FlatColumn, from source: DataType, to target: DataType
  ) throws(LakeError) -> Outcome {
    switch source.physical {
    case .boolean: try castInteger(UInt8.self, flat, to: target)
    case .int8: try castInteger(Int8.self, flat, to: target)
    case .int16: try castInteger(Int16.self, flat, to: target)
    case .int32: try castInteger(Int32.self, flat, to: target)
    case .int64: try castInteger(Int64.self, flat, to: target)
    case .float32: try castFloat(Float.self, flat, to: target)
    case .float64: try castFloat(Double.self, flat, to: target)
    case .int128, .string, .list, .row, .none:
      throw LakeError(.internal, "\(source) is no number")
    }
  }

  private func castInteger<S: FixedWidthInteger & BitwiseCopyable>(
    _ source: S.Type, _ flat: FlatColumn, to target: DataType
  ) throws(LakeError) -> Outcome {
    switch target.physical {
    case .boolean: try run(IntegerToBoolean<S>(), flat, to: target)
    case .int8: try run(IntegerToInteger<S, Int8>(), flat, to: target)
    case .int16: try run(IntegerToInteger<S, Int16>(), flat, to: target)
    case .int32: try run(IntegerToInteger<S, Int32>(), flat, to: target)
    case .int64: try run(IntegerToInteger<S, Int64>(), flat, to: target)
    case .float32: try run(IntegerToFloat<S, Float>(), flat, to: target)
    case .float64: try run(IntegerToFloat<S, Double>(), flat, to: target)
    case .int128, .string, .list, .row, .none:
      throw LakeError(.internal, "\(target) is no number")
    }
  }

  private func castFloat<S: Truncating & BitwiseCopyable>(
    _ source: S.Type, _ flat: FlatColumn, to target: DataType
  ) throws(LakeError) -> Outcome {
    switch target.physical {
    case .boolean: try run(FloatToBoolean<S>(), flat, to: target)
    case .int8: try run(FloatToInteger<S, Int8>(), flat, to: target)
    case .int16: try run(FloatToInteger<S, Int16>(), flat, to: target)
    case .int32: try run(FloatToInteger<S, Int32>(), flat, to: target)
    case .int64: try run(FloatToInteger<S, Int64>(), flat, to: target)
    case .float32: try run(FloatToFloat<S, Float>(), flat, to: target)
    case .float64: try run(FloatToFloat<S, Double>(), flat, to: target)
    case .int128, .string, .list, .row, .none:
      throw LakeError(.internal, "\(target) is no number")
    }
  }
}

private struct IntegerToInteger<
  S: FixedWidthInteger & BitwiseCopyable, T: FixedWidthInteger & BitwiseCopyable
>: Conversion {
  static var canFail: Bool { T.bitWidth < S.bitWidth }
  static var isCheap: Bool { true }

  @inline(__always)
  func convert(_ value: S) -> (T, Bool) {
    let cut = T(truncatingIfNeeded: value)
    return (cut, S(truncatingIfNeeded: cut) == value)
  }
}

private struct IntegerToFloat<
  S: FixedWidthInteger & BitwiseCopyable, T: BinaryFloatingPoint & BitwiseCopyable
>: Conversion {
  static var canFail: Bool { false }

  @inline(__always)
  func convert(_ value: S) -> (T, Bool) { (T(value), true) }
}

/// The conversions that the processor has; those of the protocols for numbers are much slower.
private protocol Truncating: BinaryFloatingPoint {
  /// The whole part of a number that 64 bits hold.
  var truncated: Int64 { get }
}

extension Double: Truncating {
  @inline(__always) fileprivate var truncated: Int64 { Int64(self) }
}

extension Float: Truncating {
  @inline(__always) fileprivate var truncated: Int64 { Int64(self) }
}

/// Rounds halves away from zero: a little less than a half is added and the rest cut off. (A whole
/// half would take the number below 0.5 to 1.)
private struct FloatToInteger<
  S: Truncating & BitwiseCopyable, T: FixedWidthInteger & BitwiseCopyable
>: Conversion {
  static var canFail: Bool { true }
  private let nearlyHalf = (0.5 as S).nextDown
  /// The least and, exclusively, the greatest number whose whole part fits.
  private let least: S
  private let limit: S

  init() {
    let below = S(T.min) - 1
    least = below == S(T.min) ? below : below.nextUp
    // A power of two, so exact.
    limit = -S(T.min)
  }

  @inline(__always)
  func convert(_ value: S) -> (T, Bool) {
    let moved = value + (value < 0 ? -nearlyHalf : nearlyHalf)
    // False for NaN.
    guard moved >= least && moved < limit else { return (0, false) }
    return (T(truncatingIfNeeded: moved.truncated), true)
  }
}

private struct FloatToFloat<
  S: BinaryFloatingPoint & BitwiseCopyable, T: BinaryFloatingPoint & BitwiseCopyable
>: Conversion {
  static var canFail: Bool { false }

  @inline(__always)
  func convert(_ value: S) -> (T, Bool) { (T(value), true) }
}

private struct IntegerToBoolean<S: FixedWidthInteger & BitwiseCopyable>: Conversion {
  static var canFail: Bool { false }

  @inline(__always)
  func convert(_ value: S) -> (UInt8, Bool) { (value == 0 ? 0 : 1, true) }
}

private struct FloatToBoolean<S: BinaryFloatingPoint & BitwiseCopyable>: Conversion {
  static var canFail: Bool { false }

  @inline(__always)
  func convert(_ value: S) -> (UInt8, Bool) { (value == 0 ? 0 : 1, true) }
}
