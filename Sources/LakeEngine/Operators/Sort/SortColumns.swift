import LakeCore

/// What rows are sorted by: columns in a form that can be compared, and which way round.
///
/// Comparing is the inner loop of every sort, so a column is a few plain pointers, which cost no
/// reference counts. `owner` keeps what they point at.
// @unchecked Sendable: only read.
struct SortColumns: @unchecked Sendable {
  struct Column: BitwiseCopyable {
    fileprivate let values: UnsafeMutableRawPointer
    fileprivate let validity: UnsafeMutablePointer<UInt64>?
    fileprivate let form: OrderVector.Form
    let isDescending: Bool
    let nullsFirst: Bool

    fileprivate init(_ order: OrderVector, isDescending: Bool, nullsFirst: Bool) {
      values = order.values.base
      validity = order.validity?.words
      form = order.form
      (self.isDescending, self.nullsFirst) = (isDescending, nullsFirst)
    }

    @inline(__always)
    func isValid(_ row: Int) -> Bool {
      guard let validity else { return form != .none }
      return Bitmap.bit(validity, row)
    }

    @inline(__always)
    private func value<T: BitwiseCopyable>(_ row: Int, _ type: T.Type) -> T {
      values.assumingMemoryBound(to: type)[row]
    }

    /// Negative, zero or positive, for a row of this column and one of another with the same key.
    @inline(__always)
    func compare(_ a: Int, _ other: Column, _ b: Int) -> Int {
      if validity != nil || other.validity != nil || form == .none || other.form == .none {
        let (x, y) = (isValid(a), other.isValid(b))
        if !x || !y {
          if x == y { return 0 }
          return x == nullsFirst ? 1 : -1
        }
      }
      let sign: Int
      switch form {
      case .word:
        let (x, y) = (value(a, UInt64.self), other.value(b, UInt64.self))
        sign = x < y ? -1 : x > y ? 1 : 0
      case .wide:
        let (x, y) = (value(a, UInt128.self), other.value(b, UInt128.self))
        sign = x < y ? -1 : x > y ? 1 : 0
      case .string:
        sign = value(a, StringView.self).ordered(before: other.value(b, StringView.self))
      case .none: sign = 0
      }
      return isDescending ? -sign : sign
    }

    /// Numbers that are ordered like the rows, as far as 64 bits and a rank for null can tell.
    @inline(__always)
    func prefix(_ row: Int) -> (rank: UInt32, prefix: UInt64) {
      if !isValid(row) { return (nullsFirst ? 0 : 2, 0) }
      let number: UInt64 =
        switch form {
        case .word: value(row, UInt64.self)
        case .wide: UInt64(truncatingIfNeeded: value(row, UInt128.self) &>> 64)
        case .string: value(row, StringView.self).leadingBytes
        case .none: 0
        }
      return (1, isDescending ? ~number : number)
    }

    /// Whether rows with one prefix are equal.
    var isExact: Bool { form == .word || form == .none }
  }

  let columns: UnsafeBufferPointer<Column>
  private let owner: Owner

  private final class Owner {
    let columns: UnsafeMutableBufferPointer<Column>
    let orders: [OrderVector]

    init(_ orders: [OrderVector], _ made: [Column]) {
      self.orders = orders
      columns = .allocate(capacity: made.count)
      _ = columns.initialize(from: made)
    }

    deinit { columns.deallocate() }
  }

  init(_ orders: [OrderVector], _ keys: [SortKey]) {
    let columns = zip(orders, keys).map {
      Column($0, isDescending: $1.isDescending, nullsFirst: $1.nullsFirst)
    }
    self.init(Owner(orders, columns))
  }

  /// One column.
  init(_ order: OrderVector, isDescending: Bool, nullsFirst: Bool) {
    self.init(
      Owner([order], [Column(order, isDescending: isDescending, nullsFirst: nullsFirst)]))
  }

  private init(_ owner: Owner) {
    self.owner = owner
    columns = UnsafeBufferPointer(owner.columns)
  }

  /// Of two rows; negative, zero or positive.
  func compare(_ a: Int, _ b: Int) -> Int { SortColumns.compare(self, a, self, b) }

  /// Of rows of two inputs with the same keys; negative, zero or positive.
  @inline(__always)
  static func compare(_ x: SortColumns, _ a: Int, _ y: SortColumns, _ b: Int) -> Int {
    withExtendedLifetime((x.owner, y.owner)) {
      for index in 0..<x.columns.count {
        let sign = x.columns[index].compare(a, y.columns[index], b)
        if sign != 0 { return sign }
      }
      return 0
    }
  }
}

extension StringView {
  /// The first eight bytes as a number that is ordered like them, filled up with zeros.
  @inline(__always)
  var leadingBytes: UInt64 {
    let first = UInt64(UInt32(truncatingIfNeeded: head &>> 32).byteSwapped) &<< 32
    let next =
      isInline
      ? UInt32(truncatingIfNeeded: tail)
      : pointer.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
    return first | UInt64(next.byteSwapped)
  }
}

extension OrderVector {
  /// Columns of one form, one after the other.
  init(joining parts: [OrderVector], _ form: Form, _ kernels: Kernels) throws(LakeError) {
    var count = 0
    for part in parts { count += part.count }
    let width =
      switch form {
      case .word: 8
      case .wide, .string: 16
      case .none: 0
      }
    let values = try Buffer(byteCount: count * width, tracker: kernels.tracker)
    var owners: [Buffer] = []
    var known: Set<ObjectIdentifier> = []
    var start = 0
    for part in parts {
      values.base.advanced(by: start * width)
        .copyMemory(from: part.values.base, byteCount: part.count * width)
      start += part.count
      for owner in part.owners where known.insert(ObjectIdentifier(owner)).inserted {
        owners.append(owner)
      }
    }
    var validity: Bitmap?
    if parts.contains(where: { $0.validity != nil }) {
      let bits = try Bitmap(repeating: false, count: count, tracker: kernels.tracker)
      start = 0
      for part in parts {
        for row in 0..<part.count where part.isValid(row) {
          bits.words[(start + row) >> 6] |= 1 << UInt64((start + row) & 63)
        }
        start += part.count
      }
      validity = Bitmap(buffer: bits.buffer, count: count)
    }
    self.init(form: form, count: count, validity: validity, values: values, owners: owners)
  }
}
