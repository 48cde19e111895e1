import LakeCore

/// One number that takes looking at every value of a column: the sum of numbers (of decimals as
/// integers, of dates as days), the bytes of strings.
struct ColumnFold {
  private var integers: Int128 = 0
  private var doubles = 0.0

  var sum: Double { Double(integers) + doubles }

  mutating func add(_ other: ColumnFold) {
    integers &+= other.integers
    doubles += other.doubles
  }

  mutating func add(_ vector: ColumnVector) {
    let type = vector.type.physical
    switch vector.form {
    case .flat(let flat):
      add(flat, type, Rows(count: flat.count, words: flat.validity.map { UnsafePointer($0.words) }))
    case .constant(let one):
      for _ in 0..<(one.nullCount == 0 ? vector.count : 0) { add(one, type, Rows(count: 1)) }
    case .dictionary(let column):
      let indices = UnsafePointer(column.indices.pointer(as: UInt32.self))
      let words = column.validity.map { UnsafePointer($0.words) }
      add(
        column.dictionary.values, type,
        Rows(count: column.count, words: words, indices: indices))
    }
    withExtendedLifetime(vector) {}
  }

  private mutating func add(_ column: FlatColumn, _ type: PhysicalType, _ rows: Rows) {
    switch (column.values, type) {
    case (.fixed(let buffer), .int32):
      integers &+= Int128(rows.sum(buffer.pointer(as: Int32.self), as: Int64.self))
    case (.fixed(let buffer), .int64):
      // The values of a batch are far from 2^63 together, in the data that is read here.
      integers &+= Int128(rows.sum(buffer.pointer(as: Int64.self), as: Int64.self))
    case (.fixed(let buffer), .int128):
      integers &+= rows.sum(buffer.pointer(as: Int128.self), as: Int128.self)
    case (.fixed(let buffer), .float64):
      doubles += rows.sum(buffer.pointer(as: Double.self))
    case (.strings(let strings), _): integers &+= Int128(rows.byteCount(strings.pointer))
    default: break
    }
  }
}

/// Which values of a column the rows have.
private struct Rows {
  let count: Int
  /// Bits of the rows that are not null.
  var words: UnsafePointer<UInt64>?
  /// Places of the values in a dictionary.
  var indices: UnsafePointer<UInt32>?

  @inline(__always)
  private func isValid(_ row: Int) -> Bool {
    guard let words else { return true }
    return words[row &>> 6] &>> UInt64(row & 63) & 1 == 1
  }

  @inline(__always)
  func sum<T: FixedWidthInteger, S: FixedWidthInteger>(
    _ values: UnsafePointer<T>, as: S.Type
  ) -> S {
    var total: S = 0
    if let indices {
      for row in 0..<count where isValid(row) {
        total &+= S(truncatingIfNeeded: values[Int(indices[row])])
      }
    } else {
      for row in 0..<count where isValid(row) { total &+= S(truncatingIfNeeded: values[row]) }
    }
    return total
  }

  func sum(_ values: UnsafePointer<Double>) -> Double {
    var total = 0.0
    if let indices {
      for row in 0..<count where isValid(row) { total += values[Int(indices[row])] }
    } else if words != nil {
      for row in 0..<count where isValid(row) { total += values[row] }
    } else {
      // In lanes, so that an addition does not wait for the one before; the peers do so too.
      var lanes = SIMD8<Double>()
      let whole = count & ~7
      for row in stride(from: 0, to: whole, by: 8) {
        lanes += UnsafeRawPointer(values + row).loadUnaligned(as: SIMD8<Double>.self)
      }
      total = lanes.sum()
      for row in whole..<count { total += values[row] }
    }
    return total
  }

  func byteCount(_ views: UnsafePointer<StringView>) -> Int64 {
    var total = 0
    if let indices {
      for row in 0..<count where isValid(row) { total &+= views[Int(indices[row])].count }
    } else {
      for row in 0..<count where isValid(row) { total &+= views[row].count }
    }
    return Int64(total)
  }
}
