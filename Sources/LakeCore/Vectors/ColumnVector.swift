/// The values of one column for the rows of one batch.
///
/// A vector is a type, a count and one of three forms:
///
///     flat        count values, one beside the other
///     constant    one value that stands for every row (or null for every row)
///     dictionary  32-bit indices into the flat values of a shared dictionary
///
/// Forms are kept as long as possible: an expression over a constant is evaluated once, over a
/// dictionary once per dictionary. A kernel switches on the form once per batch and then runs a
/// plain loop, `flat or constant` or `indexed`, over a physical type.
///
/// Invariants, checked by `checkInvariants()`:
/// - A bitmap is present only if there is at least one null.
/// - The value of a null row is unspecified but readable: 0, the empty string, index 0.
/// - A dictionary holds no nulls, its indices are below its count; nulls are on the rows.
/// - There are fewer than 2^32 rows, so that 32 bits number them.
/// - Vectors are immutable. A slice is a gather; vectors carry no offset, so that no kernel has to
///   think of one.
///
/// A vector is a class, so that passing one on costs one reference count whatever its form.
package final class ColumnVector: Sendable {
  package let type: DataType
  package let count: Int
  package let form: Form

  package enum Form: Sendable {
    case flat(FlatColumn)
    /// A flat column of exactly one row.
    case constant(FlatColumn)
    case dictionary(DictionaryColumn)
  }

  package init(type: DataType, flat: FlatColumn) {
    self.type = type
    count = flat.count
    form = .flat(flat)
  }

  package init(type: DataType, constant: FlatColumn, count: Int) {
    precondition(constant.count == 1)
    self.type = type
    self.count = count
    form = .constant(constant)
  }

  package init(type: DataType, dictionary: DictionaryColumn) {
    self.type = type
    count = dictionary.count
    form = .dictionary(dictionary)
  }

  /// `count` nulls of a type.
  package static func nulls(type: DataType, count: Int) throws(LakeError) -> ColumnVector {
    let one = try FlatColumn.nulls(type: type, count: 1)
    return ColumnVector(type: type, constant: one, count: count)
  }

  /// The number of rows that are null.
  package var nullCount: Int {
    switch form {
    case .flat(let flat): flat.nullCount
    case .constant(let one): one.nullCount == 0 ? 0 : count
    case .dictionary(let dictionary): dictionary.validity?.zeroCount ?? 0
    }
  }

  /// The physical column that the values are read from, and the row in it: for code that looks at
  /// single values (messages, tests, row-wise writers). Nil where the row is null.
  @inlinable
  package func position(of row: Int) -> (column: FlatColumn, row: Int)? {
    precondition(row >= 0 && row < count)
    switch form {
    case .flat(let flat):
      return flat.isNull(row) ? nil : (flat, row)
    case .constant(let one):
      return one.isNull(0) ? nil : (one, 0)
    case .dictionary(let column):
      if let validity = column.validity, !validity[row] { return nil }
      return (column.dictionary.values, Int(column.indices.pointer(as: UInt32.self)[row]))
    }
  }
}

/// Values one beside the other.
package struct FlatColumn: Sendable {
  package let count: Int
  /// Nil where no row is null.
  package let validity: Bitmap?
  package let values: Values

  package enum Values: Sendable {
    /// Numbers and booleans, by the width of the physical type.
    case fixed(Buffer)
    case strings(StringValues)
    case list(ListValues)
    case row([ColumnVector])
    /// Type `unseen`: nothing but nulls.
    case none
  }

  package init(count: Int, validity: Bitmap?, values: Values) {
    self.count = count
    self.validity = validity.flatMap { $0.zeroCount == 0 ? nil : $0 }
    self.values = values
  }

  @usableFromInline package var nullCount: Int {
    if case .none = values { return count }
    return validity?.zeroCount ?? 0
  }

  @inlinable
  package func isNull(_ row: Int) -> Bool {
    if case .none = values { return true }
    guard let validity else { return false }
    return !validity[row]
  }

  /// The buffer of a fixed-width column.
  package var fixed: Buffer? {
    if case .fixed(let buffer) = values { buffer } else { nil }
  }

  package var strings: StringValues? {
    if case .strings(let strings) = values { strings } else { nil }
  }
}

/// Strings: a buffer of views, and whoever owns the bytes that long views point at.
package struct StringValues: Sendable {
  package let views: Buffer
  package let owners: [Buffer]

  package init(views: Buffer, owners: [Buffer]) {
    self.views = views
    self.owners = owners
  }

  @inlinable package var pointer: UnsafeMutablePointer<StringView> {
    views.pointer(as: StringView.self)
  }
}

/// Lists: row `i` is the child's rows `offsets[i] ..< offsets[i + 1]`. Offsets are 32 bits and
/// ascend; there is one more than there are rows. A null row is an empty range.
package struct ListValues: Sendable {
  package let offsets: Buffer
  package let child: ColumnVector

  package init(offsets: Buffer, child: ColumnVector) {
    self.offsets = offsets
    self.child = child
  }

  @inlinable package var pointer: UnsafeMutablePointer<UInt32> { offsets.pointer(as: UInt32.self) }
}

/// Indices into a dictionary. Nulls are on the rows, their index is 0 (an empty dictionary is
/// allowed where every row is null, and then no index is looked at).
package struct DictionaryColumn: Sendable {
  package let count: Int
  package let validity: Bitmap?
  package let indices: Buffer
  package let dictionary: VectorDictionary

  package init(count: Int, validity: Bitmap?, indices: Buffer, dictionary: VectorDictionary) {
    self.count = count
    self.validity = validity.flatMap { $0.zeroCount == 0 ? nil : $0 }
    self.indices = indices
    self.dictionary = dictionary
  }
}
