import LakeCore

/// One call of a function on a batch: what a function's body works with.
///
/// A body asks for `input`s, which are read by row whatever the form of the argument, and hands a
/// closure to one of the loops (`values`, `checked`, `optional`, `strings`, …). The loops are
/// inlined into the body, so that what runs is a plain loop over pointers.
struct FunctionCall {
  let name: String
  let arguments: [ColumnVector]
  let rowCount: Int
  let context: EvaluationContext
  let result: DataType

  var kernels: Kernels { context.kernels }
  var tracker: MemoryTracker? { context.kernels.tracker }

  func input<T: BitwiseCopyable>(_ index: Int, as type: T.Type) throws -> Input<T> {
    try Input(arguments[index], kernels)
  }

  func strings(_ index: Int) throws -> Input<StringView> {
    try Input(arguments[index], kernels)
  }

  /// The value of an argument that is the same in all rows; nil where it is null or differs.
  func constant(_ index: Int) -> Value? {
    guard case .constant(let one) = arguments[index].form, one.nullCount == 0 else { return nil }
    return ColumnVector(type: arguments[index].type, flat: one).value(at: 0)
  }

  /// The rows in which no argument is null; nil where that is all.
  func validity() throws -> Bitmap? {
    var all: Bitmap?
    for argument in arguments {
      all = try Bitmap.intersection(all, argument.rowValidity(kernels), tracker: tracker)
    }
    return all
  }

  /// An error that shows the arguments of a row.
  func failure(_ what: String, hint: String? = nil) -> @Sendable (Int) -> LakeError {
    let (arguments, name) = (arguments, name)
    return { row in
      let shown = arguments.map { $0.shown(row) }.joined(separator: ", ")
      return LakeError(.invalidInput, "\(what): \(name)(\(shown))", hint: hint)
    }
  }
}

/// The values of an argument by row, of whatever form it came in.
struct Input<T: BitwiseCopyable> {
  /// Keeps the memory.
  let column: FlatColumn
  let pointer: UnsafePointer<T>
  /// 0 where one value stands for all rows, else all ones.
  let mask: Int

  init(_ vector: ColumnVector, _ kernels: Kernels) throws {
    if case .constant(let one) = vector.form {
      column = one
      mask = 0
    } else {
      column = try vector.flattened(kernels)
      mask = -1
    }
    switch column.values {
    case .fixed(let buffer): pointer = UnsafePointer(buffer.pointer(as: T.self))
    case .strings(let strings): pointer = UnsafePointer(strings.views.pointer(as: T.self))
    case .list(let lists): pointer = UnsafePointer(lists.offsets.pointer(as: T.self))
    case .row, .none:
      throw LakeError(.internal, "values of type \(vector.type) cannot be read by row")
    }
  }

  var isConstant: Bool { mask == 0 }

  @inline(__always)
  subscript(row: Int) -> T { pointer[row & mask] }

  @inline(__always)
  func isNull(_ row: Int) -> Bool { column.isNull(row & mask) }
}

extension FunctionCall {
  /// Room for one value a row; of booleans in whole blocks, as kernels ask for.
  func buffer<T: BitwiseCopyable>(of type: T.Type) throws -> Buffer {
    let rows = (rowCount + 63) / 64 * 64
    return try Buffer(byteCount: rows * MemoryLayout<T>.stride, tracker: tracker)
  }

  func vector(_ values: FlatColumn.Values, _ validity: Bitmap?) -> ColumnVector {
    ColumnVector(
      type: result, flat: FlatColumn(count: rowCount, validity: validity, values: values))
  }

  /// A function that has an answer for every value. Null rows are computed too.
  @inline(__always)
  func values<R: BitwiseCopyable>(_ type: R.Type, _ body: (Int) -> R) throws -> CheckedVector {
    let target = try buffer(of: type)
    let out = target.pointer(as: type)
    for row in 0..<rowCount { out[row] = body(row) }
    return CheckedVector(vector(.fixed(target), try validity()))
  }

  /// A function that has no answer for some values, which then fail with `error`.
  @inline(__always)
  func checked<R: BitwiseCopyable>(
    _ type: R.Type, error: @escaping @Sendable (Int) -> LakeError, _ body: (Int) -> R?
  ) throws -> CheckedVector {
    let (target, answered) = (try buffer(of: type), try buffer(of: UInt8.self))
    let (out, answer) = (target.pointer(as: type), answered.pointer(as: UInt8.self))
    let zero = try zeroes(type)
    var all: UInt8 = 1
    for row in 0..<rowCount {
      let value = body(row)
      out[row] = value ?? zero
      answer[row] = value == nil ? 0 : 1
      all &= answer[row]
    }
    if all == 1 { return CheckedVector(vector(.fixed(target), try validity())) }
    return try withFailures(.fixed(target), answered, error)
  }

  /// A function that gives null for some values. Only rows without null are computed.
  @inline(__always)
  func optional<R: BitwiseCopyable>(_ type: R.Type, _ body: (Int) -> R?) throws -> CheckedVector {
    let (target, answered) = (try buffer(of: type), try buffer(of: UInt8.self))
    let (out, answer) = (target.pointer(as: type), answered.pointer(as: UInt8.self))
    let zero = try zeroes(type)
    let validity = try validity()
    for row in 0..<rowCount {
      let isValid = validity.map { Bitmap.bit($0.words, row) } ?? true
      let value = isValid ? body(row) : nil
      out[row] = value ?? zero
      answer[row] = value == nil ? 0 : 1
    }
    return CheckedVector(vector(.fixed(target), try Bitmap.packing(answer, count: rowCount)))
  }

  /// The vector in which rows without an answer are null and, where no argument is, failures.
  func withFailures(
    _ values: FlatColumn.Values, _ answered: Buffer, _ error: @escaping @Sendable (Int) -> LakeError
  ) throws -> CheckedVector {
    let answers = try Bitmap.packing(
      answered.pointer(as: UInt8.self), count: rowCount, tracker: tracker)
    let validity = try validity()
    let failed = try Bitmap.subtracting(answers, from: validity, tracker: tracker)
    let valid = try Bitmap.intersection(validity, answers, tracker: tracker)
    guard failed.zeroCount < rowCount else { return CheckedVector(vector(values, valid)) }
    return CheckedVector(
      vector(values, valid), failures: KernelFailures(rows: failed, error: error))
  }

  /// A value of zero bits, for rows that have none.
  private func zeroes<R: BitwiseCopyable>(_ type: R.Type) throws -> R {
    let buffer = try Buffer(byteCount: MemoryLayout<R>.stride)
    buffer.base.initializeMemory(as: UInt8.self, repeating: 0, count: MemoryLayout<R>.stride)
    return buffer.pointer(as: type)[0]
  }
}
