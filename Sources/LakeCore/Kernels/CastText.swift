/// Values to text and back.
extension Kernels {
  func castToText(_ flat: FlatColumn, from source: DataType) throws(LakeError) -> Outcome {
    switch source {
    case .boolean: try run(BooleanToText(), textOf: flat, to: .varchar)
    case .tinyint: try run(IntegerToText<Int8>(), textOf: flat, to: .varchar)
    case .smallint: try run(IntegerToText<Int16>(), textOf: flat, to: .varchar)
    case .integer: try run(IntegerToText<Int32>(), textOf: flat, to: .varchar)
    case .bigint: try run(IntegerToText<Int64>(), textOf: flat, to: .varchar)
    case .real: try run(FloatToText(), textOf: flat, to: .varchar)
    case .double: try run(DoubleToText(), textOf: flat, to: .varchar)
    case .decimal(let precision, let scale):
      precision <= 18
        ? try run(DecimalToText<Int64>(scale: scale), textOf: flat, to: .varchar)
        : try run(DecimalToText<Int128>(scale: scale), textOf: flat, to: .varchar)
    case .date: try run(DateToText(), textOf: flat, to: .varchar)
    case .time: try run(TimeToText(), textOf: flat, to: .varchar)
    case .timestamp, .localTimestamp: try run(TimestampToText(), textOf: flat, to: .varchar)
    case .intervalYearToMonth: try run(MonthsToText(), textOf: flat, to: .varchar)
    case .intervalDayToSecond: try run(DurationToText(), textOf: flat, to: .varchar)
    case .uuid: try run(UUIDToText(), textOf: flat, to: .varchar)
    case .unseen, .varchar, .varbinary, .json, .array, .map, .row:
      throw LakeError(.internal, "no text of \(source)")
    }
  }

  func castFromText(_ flat: FlatColumn, to target: DataType) throws(LakeError) -> Outcome {
    switch target {
    case .boolean: try run(TextToBoolean(), flat, to: target)
    case .tinyint: try run(TextToInteger<Int8>(), flat, to: target)
    case .smallint: try run(TextToInteger<Int16>(), flat, to: target)
    case .integer: try run(TextToInteger<Int32>(), flat, to: target)
    case .bigint: try run(TextToInteger<Int64>(), flat, to: target)
    case .real: try run(TextToFloat(), flat, to: target)
    case .double: try run(TextToDouble(), flat, to: target)
    case .decimal(let precision, let scale):
      precision <= 18
        ? try run(TextToDecimal<Int64>(precision: precision, scale: scale), flat, to: target)
        : try run(TextToDecimal<Int128>(precision: precision, scale: scale), flat, to: target)
    case .date: try run(TextToDate(), flat, to: target)
    case .time: try run(TextToTime(), flat, to: target)
    case .timestamp: try run(TextToTimestamp(acceptsZone: true), flat, to: target)
    case .localTimestamp: try run(TextToTimestamp(acceptsZone: false), flat, to: target)
    case .uuid: try run(TextToUUID(), flat, to: target)
    case .unseen, .varchar, .varbinary, .json, .intervalYearToMonth, .intervalDayToSecond,
      .array, .map, .row:
      throw LakeError(.internal, "no \(target) from text")
    }
  }

  /// Bytes that are UTF-8 are text; others fail.
  func castBytesToText(_ flat: FlatColumn) throws(LakeError) -> Outcome {
    guard let strings = flat.strings else { throw LakeError(.internal, "bytes without views") }
    let answered = try Buffer(booleans: flat.count, tracker: tracker)
    let answer = answered.pointer(as: UInt8.self)
    let views = strings.pointer
    var all: UInt8 = 1
    for row in 0..<flat.count {
      let isText = Text.read(views[row]) { bytes, count in
        UTF8Text.firstInvalidByte(in: ByteView(bytes, count: count)) == nil
      }
      answer[row] = isText ?? true ? 1 : 0
      all &= answer[row]
    }
    if all == 1 { return Outcome(made(flat.values, flat.count, flat.validity, .varchar)) }
    return try nullingFailures(flat.values, answered, flat, .varchar)
  }
}

enum Text {
  /// Calls `body` with the bytes of a string; nil for the empty string, which is no value.
  @inline(__always)
  static func read<R>(_ view: StringView, _ body: (UnsafePointer<UInt8>, Int) -> R) -> R? {
    view.withBytes { bytes in
      guard let base = bytes.baseAddress, bytes.count > 0 else { return nil }
      return body(base.assumingMemoryBound(to: UInt8.self), bytes.count)
    }
  }
}

private struct BooleanToText: TextConversion {
  func write(_ value: UInt8, to target: UnsafeMutablePointer<UInt8>) -> Int {
    let text: StaticString = value == 0 ? "false" : "true"
    target.update(from: text.utf8Start, count: text.utf8CodeUnitCount)
    return text.utf8CodeUnitCount
  }
}

private struct IntegerToText<S: FixedWidthInteger & BitwiseCopyable>: TextConversion {
  func write(_ value: S, to target: UnsafeMutablePointer<UInt8>) -> Int {
    IntegerText.write(Int64(truncatingIfNeeded: value), to: target)
  }
}

private struct FloatToText: TextConversion {
  func write(_ value: Float, to target: UnsafeMutablePointer<UInt8>) -> Int {
    DoubleText.write(value, to: target)
  }
}

private struct DoubleToText: TextConversion {
  func write(_ value: Double, to target: UnsafeMutablePointer<UInt8>) -> Int {
    DoubleText.write(value, to: target)
  }
}

private struct DecimalToText<S: FixedWidthInteger & BitwiseCopyable>: TextConversion {
  let scale: Int
  func write(_ value: S, to target: UnsafeMutablePointer<UInt8>) -> Int {
    DecimalText.write(Int128(value), scale: scale, to: target)
  }
}

private struct TextToBoolean: Conversion {
  static var canFail: Bool { true }

  func convert(_ view: StringView) -> (UInt8, Bool) {
    guard view.count <= 5 else { return (0, false) }
    return Text.read(view) { bytes, count in
      var folded: UInt64 = 0
      for index in 0..<count { folded = folded &<< 8 | UInt64(bytes[index] | 0x20) }
      switch folded {
      // "1" and "0" have the bit that makes letters small already.
      case 0x7472_7565, 0x74: return (1, true)
      case 0x66_616C_7365, 0x66: return (0, true)
      default: return (bytes[0] == UInt8(ascii: "1") ? 1 : 0, count == 1 && bytes[0] | 1 == 0x31)
      }
    } ?? (0, false)
  }
}

private struct TextToInteger<T: FixedWidthInteger & BitwiseCopyable>: Conversion {
  static var canFail: Bool { true }

  func convert(_ view: StringView) -> (T, Bool) {
    let parsed = Text.read(view) { bytes, count in IntegerText.parse(bytes, count: count) }
    guard case .success(let wide) = parsed, let value = T(exactly: wide) else {
      return (0, false)
    }
    return (value, true)
  }
}

private struct TextToFloat: Conversion {
  static var canFail: Bool { true }

  func convert(_ view: StringView) -> (Float, Bool) {
    let parsed = Text.read(view) { bytes, count in
      DoubleText.parseFloat(bytes, count: count)
        ?? DoubleText.parseName(bytes, count: count).map { Float($0) }
    }
    guard let value = parsed ?? nil else { return (0, false) }
    return (value, true)
  }
}

private struct TextToDouble: Conversion {
  static var canFail: Bool { true }

  func convert(_ view: StringView) -> (Double, Bool) {
    let parsed = Text.read(view) { bytes, count in
      DoubleText.parse(bytes, count: count) ?? DoubleText.parseName(bytes, count: count)
    }
    guard let value = parsed ?? nil else { return (0, false) }
    return (value, true)
  }
}

private struct TextToDecimal<T: FixedWidthInteger & BitwiseCopyable>: Conversion {
  static var canFail: Bool { true }
  let precision: Int
  let scale: Int

  func convert(_ view: StringView) -> (T, Bool) {
    let parsed = Text.read(view) { bytes, count in
      DecimalText.parse(
        bytes, count: count, precision: precision, scale: scale, rounding: true)
    }
    guard case .value(let unscaled) = parsed else { return (0, false) }
    return (T(truncatingIfNeeded: unscaled), true)
  }
}
