/// One value of one type to one of another: a cast as a type, so that the loop is specialised.
protocol Conversion {
  associatedtype Source: BitwiseCopyable
  associatedtype Target: BitwiseCopyable

  /// Whether any value can fail; where none can, the loop is nothing but the conversion.
  static var canFail: Bool { get }
  /// Whether converting twice costs less than noting for every row whether it went well: true for
  /// arithmetic that becomes vector instructions.
  static var isCheap: Bool { get }
  /// The answer, and whether it is one.
  func convert(_ value: Source) -> (Target, Bool)
}

extension Conversion {
  static var isCheap: Bool { false }
}

/// A value as text.
protocol TextConversion {
  associatedtype Source: BitwiseCopyable

  /// Writes at most `TextLoop.byteCountMax` bytes; returns how many. Negative: there is no text.
  func write(_ value: Source, to target: UnsafeMutablePointer<UInt8>) -> Int
}

enum TextLoop {
  /// More than any number, date or interval takes.
  static let byteCountMax = 128
}

extension Kernels {
  /// Runs a conversion over all rows of a column of fixed width or of strings.
  func run<C: Conversion>(
    _ conversion: C, _ flat: FlatColumn, to type: DataType
  ) throws(LakeError) -> Outcome {
    let source: Buffer
    switch flat.values {
    case .fixed(let buffer): source = buffer
    case .strings(let strings): source = strings.views
    case .list, .row, .none: throw LakeError(.internal, "a cast to \(type) of nested values")
    }
    let count = flat.count
    let target = try buffer(of: C.Target.self, count: count)
    let (from, to) = (source.pointer(as: C.Source.self), target.pointer(as: C.Target.self))
    if !C.canFail || C.isCheap {
      var failures: UInt8 = 0
      for row in 0..<count {
        let (value, isAnswer) = conversion.convert(from[row])
        to[row] = value
        failures |= isAnswer ? 0 : 1
      }
      if failures == 0 { return Outcome(made(.fixed(target), count, flat.validity, type)) }
    }
    let answered = try Buffer(booleans: count, tracker: tracker)
    let answer = answered.pointer(as: UInt8.self)
    var all: UInt8 = 1
    for row in 0..<count {
      let (value, isAnswer) = conversion.convert(from[row])
      to[row] = value
      answer[row] = isAnswer ? 1 : 0
      all &= isAnswer ? 1 : 0
    }
    if all == 1 { return Outcome(made(.fixed(target), count, flat.validity, type)) }
    return try nullingFailures(.fixed(target), answered, flat, type)
  }

  /// Runs a conversion to text over the rows that are not null.
  func run<C: TextConversion>(
    _ conversion: C, textOf flat: FlatColumn, to type: DataType
  ) throws(LakeError) -> Outcome {
    guard let source = flat.fixed else { throw LakeError(.internal, "text of nested values") }
    let count = flat.count
    let target = try buffer(of: StringView.self, count: count)
    let scratch = try Buffer(byteCount: TextLoop.byteCountMax, tracker: tracker)
    let answered = try Buffer(booleans: count, tracker: tracker)
    let (from, to) = (source.pointer(as: C.Source.self), target.pointer(as: StringView.self))
    let (text, answer) = (scratch.pointer(as: UInt8.self), answered.pointer(as: UInt8.self))
    var arena = StringArena(tracker: tracker)
    var all: UInt8 = 1
    for row in 0..<count {
      to[row] = StringView()
      answer[row] = 1
      if flat.isNull(row) { continue }
      let written = conversion.write(from[row], to: text)
      if written < 0 {
        answer[row] = 0
        all = 0
      } else {
        to[row] = try arena.append(text, count: written)
      }
    }
    let values = FlatColumn.Values.strings(StringValues(views: target, owners: arena.owners))
    if all == 1 { return Outcome(made(values, count, flat.validity, type)) }
    return try nullingFailures(values, answered, flat, type)
  }

  func made(
    _ values: FlatColumn.Values, _ count: Int, _ validity: Bitmap?, _ type: DataType
  ) -> ColumnVector {
    ColumnVector(type: type, flat: FlatColumn(count: count, validity: validity, values: values))
  }

  /// Rows that were valid and have no answer become null and are noted; `answered` has a byte a
  /// row.
  func nullingFailures(
    _ values: FlatColumn.Values, _ answered: Buffer, _ flat: FlatColumn, _ type: DataType
  ) throws(LakeError) -> Outcome {
    let count = flat.count
    let answers = try Bitmap.packing(
      answered.pointer(as: UInt8.self), count: count, tracker: tracker)
    let failed = try Bitmap.subtracting(answers, from: flat.validity, tracker: tracker)
    let validity = try Bitmap.intersection(flat.validity, answers, tracker: tracker)
    return Outcome(made(values, count, validity, type), failed: failed)
  }
}
