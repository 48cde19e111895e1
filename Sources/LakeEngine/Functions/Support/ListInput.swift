import LakeCore

/// The lists of an argument by row, of whatever form it came in.
struct ListInput {
  private let offsets: Input<UInt32>
  /// The elements of all lists, of any form.
  let child: ColumnVector

  init(_ vector: ColumnVector, _ kernels: Kernels) throws {
    offsets = try Input(vector, kernels)
    guard case .list(let lists) = offsets.column.values else {
      throw LakeError(.internal, "\(vector.type) is no list")
    }
    child = lists.child
  }

  /// The elements of a row; empty where the row is null.
  @inline(__always)
  func range(_ row: Int) -> Range<Int> {
    let place = row & offsets.mask
    return Int(offsets.pointer[place])..<Int(offsets.pointer[place + 1])
  }

  func isNull(_ row: Int) -> Bool { offsets.isNull(row) }
}

/// Lists that a function puts together: numbers of rows of some vector, and where each list ends.
struct ListMaker {
  private var offsets: [UInt32] = [0]
  private var elements: [UInt32] = []

  /// How many lists have ended.
  var rowCount: Int { offsets.count - 1 }

  mutating func append(_ element: Int) { elements.append(UInt32(truncatingIfNeeded: element)) }

  mutating func endRow() throws {
    guard let end = UInt32(exactly: elements.count) else {
      throw LakeError(.limitExceeded, "the lists of one batch have more than 2^32 elements")
    }
    offsets.append(end)
  }

  /// The lists as a flat vector, each element being a row of `source`.
  func vector(
    _ call: FunctionCall, of source: ColumnVector, validity: Bitmap?
  ) throws -> ColumnVector {
    let (offsets, child) = try parts(call, of: source)
    return call.vector(.list(ListValues(offsets: offsets, child: child)), validity)
  }

  /// The offsets, and the elements one after the other.
  func parts(
    _ call: FunctionCall, of source: ColumnVector
  ) throws -> (offsets: Buffer, child: ColumnVector) {
    let kernels = call.kernels
    let buffer = try Buffer(byteCount: offsets.count * 4, tracker: kernels.tracker)
    let out = buffer.pointer(as: UInt32.self)
    for (index, offset) in offsets.enumerated() { out[index] = offset }
    let child = try elements.withUnsafeBufferPointer { rows in
      guard let base = rows.baseAddress, rows.count > 0 else {
        return try ColumnVector.of(source.type, [])
      }
      return try kernels.gather(source, rows: base, count: rows.count)
    }
    return (buffer, child)
  }
}
