import LakeCore

/// What rows are sorted by: columns in a form that can be compared, and which way round.
// @unchecked Sendable: only read.
struct SortColumns: @unchecked Sendable {
  struct Column: Sendable {
    let order: OrderVector
    let isDescending: Bool
    let nullsFirst: Bool

    /// Negative, zero or positive.
    @inline(__always)
    func compare(_ a: Int, _ b: Int) -> Int {
      if order.validity != nil || order.form == .none {
        let (x, y) = (order.isValid(a), order.isValid(b))
        if !x || !y {
          if x == y { return 0 }
          return x == nullsFirst ? 1 : -1
        }
      }
      let sign: Int
      switch order.form {
      case .word:
        let (x, y) = (order.words[a], order.words[b])
        sign = x < y ? -1 : x > y ? 1 : 0
      case .wide:
        let (x, y) = (order.wides[a], order.wides[b])
        sign = x < y ? -1 : x > y ? 1 : 0
      case .string: sign = order.views[a].ordered(before: order.views[b])
      case .none: sign = 0
      }
      return isDescending ? -sign : sign
    }

    /// Numbers that are ordered like the rows, as far as 64 bits and a rank for null can tell.
    @inline(__always)
    func prefix(_ row: Int) -> (rank: UInt32, prefix: UInt64) {
      if !order.isValid(row) { return (nullsFirst ? 0 : 2, 0) }
      let value: UInt64 =
        switch order.form {
        case .word: order.words[row]
        case .wide: UInt64(truncatingIfNeeded: order.wides[row] &>> 64)
        case .string: order.views[row].leadingBytes
        case .none: 0
        }
      return (1, isDescending ? ~value : value)
    }

    /// Whether rows with one prefix are equal.
    var isExact: Bool { order.form == .word || order.form == .none }
  }

  let columns: [Column]

  init(_ orders: [OrderVector], _ keys: [SortKey]) {
    columns = zip(orders, keys).map {
      Column(order: $0, isDescending: $1.isDescending, nullsFirst: $1.nullsFirst)
    }
  }

  /// Of two rows; negative, zero or positive.
  func compare(_ a: Int, _ b: Int) -> Int {
    for column in columns {
      let sign = column.compare(a, b)
      if sign != 0 { return sign }
    }
    return 0
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
