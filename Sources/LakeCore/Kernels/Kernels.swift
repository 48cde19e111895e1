import CLakeKernels

/// What is computed on vectors, one batch at a time.
///
/// A kernel takes vectors of any form and gives a vector (or a selection, or hashes). It switches
/// on form and physical type once, then runs a plain loop over raw pointers:
///
/// 1. *constant* operands give a constant: one evaluation.
/// 2. *dictionary* operands are evaluated on the dictionary where that is less work, and the
///    answers are looked up by index; with a `DictionaryMemo` this is done once for all batches
///    that share the dictionary. Else the values are gathered first.
/// 3. *flat* operands run the loop. All values are computed, those of null rows too (they are
///    unspecified but readable); the validity words are combined afterwards.
///
/// Kernels never throw because of a value. A value that has no answer (a cast that fails) becomes
/// null and its row is noted in `KernelFailures`; the caller raises it if the row is selected, or
/// does not (TRY). What a kernel throws is `limitExceeded`, when the tracker refuses memory.
///
/// Not here: arithmetic and functions, which belong to the engine; nothing that needs state over
/// batches, except `DictionaryMemo`.
///
/// A value of this type is the account that results are reserved from, and what the processor can
/// do. It costs nothing to make.
package struct Kernels: Sendable {
  package let tracker: MemoryTracker?
  /// Whether kernels that are compiled for wide vectors run. The answers are the same.
  let isWide: Bool

  /// `isWide: false` keeps to what every processor can do, for tests.
  package init(tracker: MemoryTracker? = nil, isWide: Bool = true) {
    self.tracker = tracker
    self.isWide = isWide && lake_has_wide_vectors()
  }
}

extension Kernels {
  /// Memory for `count` values. `count` is a number of rows in memory, so the product fits.
  func buffer<T: BitwiseCopyable>(of type: T.Type, count: Int) throws(LakeError) -> Buffer {
    try Buffer(byteCount: count * MemoryLayout<T>.stride, tracker: tracker)
  }

  /// A flat boolean vector over bytes that a kernel has written.
  func booleans(_ bytes: Buffer, count: Int, validity: Bitmap?) -> ColumnVector {
    ColumnVector(
      type: .boolean, flat: FlatColumn(count: count, validity: validity, values: .fixed(bytes)))
  }

  /// A constant boolean; nil is null.
  func constant(_ value: Bool?, count: Int) throws(LakeError) -> ColumnVector {
    let byte = try Buffer(booleans: 1, tracker: nil)
    byte.pointer(as: UInt8.self)[0] = value == true ? 1 : 0
    let validity = value == nil ? try Bitmap(repeating: false, count: 1) : nil
    let one = FlatColumn(count: 1, validity: validity, values: .fixed(byte))
    return ColumnVector(type: .boolean, constant: one, count: count)
  }

  /// A flat vector of one row that has the value of a constant.
  func single(_ one: FlatColumn, of vector: ColumnVector) -> ColumnVector {
    ColumnVector(type: vector.type, flat: one)
  }
}

extension ColumnVector {
  /// The vector's rows as values one beside the other.
  package func flattened(_ kernels: Kernels = Kernels()) throws(LakeError) -> FlatColumn {
    switch form {
    case .flat(let flat): return flat
    case .constant(let one):
      return try kernels.repeated(one, type: type, count: count)
    case .dictionary(let column):
      let rows = UnsafePointer(column.indices.pointer(as: UInt32.self))
      return try kernels.gatherFromDictionary(column, type: type, rows: rows)
    }
  }

  /// The same rows in the flat form.
  package func asFlat(_ kernels: Kernels = Kernels()) throws(LakeError) -> ColumnVector {
    if case .flat = form { return self }
    return ColumnVector(type: type, flat: try flattened(kernels))
  }

  /// Which rows are valid; nil where all are. A constant null makes a bitmap of zeros.
  package func rowValidity(_ kernels: Kernels = Kernels()) throws(LakeError) -> Bitmap? {
    switch form {
    case .flat(let flat):
      if case .none = flat.values {
        return try Bitmap(repeating: false, count: count, tracker: kernels.tracker)
      }
      return flat.validity
    case .constant(let one):
      if one.nullCount == 0 || count == 0 { return nil }
      return try Bitmap(repeating: false, count: count, tracker: kernels.tracker)
    case .dictionary(let column): return column.validity
    }
  }

  /// Whether this is a constant, and that null.
  package var isConstantNull: Bool {
    switch form {
    case .constant(let one): return one.nullCount == 1
    case .flat(let flat): if case .none = flat.values { return true } else { return false }
    case .dictionary: return false
    }
  }
}
