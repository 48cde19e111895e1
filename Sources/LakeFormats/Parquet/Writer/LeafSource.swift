import LakeCore

/// A value of a vector, as the encoders take it: up to 8 bytes as a word of 64 bits (integers
/// with their sign), 16 bytes as one of 128, text as a view.
protocol LeafSource: BitwiseCopyable {
  associatedtype Key: DictionaryKey
  var key: Key { get }
}

extension Int8: LeafSource {
  @inline(__always) var key: UInt64 { UInt64(bitPattern: Int64(self)) }
}

extension Int16: LeafSource {
  @inline(__always) var key: UInt64 { UInt64(bitPattern: Int64(self)) }
}

extension Int32: LeafSource {
  @inline(__always) var key: UInt64 { UInt64(bitPattern: Int64(self)) }
}

extension Int64: LeafSource {
  @inline(__always) var key: UInt64 { UInt64(bitPattern: self) }
}

extension Float: LeafSource {
  @inline(__always) var key: UInt64 { UInt64(bitPattern) }
}

extension Double: LeafSource {
  @inline(__always) var key: UInt64 { bitPattern }
}

extension Int128: LeafSource {
  @inline(__always) var key: UInt128 { UInt128(bitPattern: self) }
}

extension StringView: LeafSource {
  @inline(__always) var key: StringView { self }
}

/// The values of a leaf, read from its segments.
extension LeafInput {
  /// Numbers all values by a dictionary; false once the dictionary has failed.
  func encode<S: LeafSource>(
    _ type: S.Type, by table: inout DictionaryTable<S.Key>,
    into codes: UnsafeMutablePointer<UInt32>
  ) throws(LakeError) -> Bool {
    var known: [ObjectIdentifier: Buffer] = [:]
    var at = 0
    for segment in segments {
      let rows = segment.rows.map { UnsafePointer($0.pointer(as: UInt32.self)) }
      let out = codes + at
      switch segment.vector.form {
      case .flat(let flat):
        guard let values = flat.values(as: type) else { throw LakeError.misplacedValues }
        Self.encode(values, rows, segment.count, at, &table, out)
      case .constant(let one):
        guard let values = one.values(as: type) else { throw LakeError.misplacedValues }
        let code = table.code(of: values[0].key, position: at)
        for index in 0..<segment.count { out[index] = code }
      case .dictionary(let column):
        guard let values = column.dictionary.values.values(as: type) else {
          throw LakeError.misplacedValues
        }
        let id = ObjectIdentifier(column.dictionary)
        if known[id] == nil {
          known[id] = try Self.missing(count: column.dictionary.values.count)
        }
        guard let map = known[id] else { throw LakeError.misplacedValues }
        Self.encode(
          values, column.indices.pointer(as: UInt32.self), rows, segment.count, at, &table,
          map.pointer(as: UInt32.self), out)
      }
      if table.hasFailed { return false }
      at += segment.count
    }
    return true
  }

  private static func encode<S: LeafSource>(
    _ values: UnsafePointer<S>, _ rows: UnsafePointer<UInt32>?, _ count: Int, _ position: Int,
    _ table: inout DictionaryTable<S.Key>, _ out: UnsafeMutablePointer<UInt32>
  ) {
    if let rows {
      for index in 0..<count {
        let key = values[Int(rows[index])].key
        out[index] = table.code(of: key, position: position &+ index)
      }
    } else {
      for index in 0..<count {
        out[index] = table.code(of: values[index].key, position: position &+ index)
      }
    }
  }

  /// Each value of the vector's dictionary is looked up once, when its first row comes: so the
  /// numbers are those that flat values would get.
  private static func encode<S: LeafSource>(
    _ values: UnsafePointer<S>, _ indices: UnsafePointer<UInt32>, _ rows: UnsafePointer<UInt32>?,
    _ count: Int, _ position: Int, _ table: inout DictionaryTable<S.Key>,
    _ map: UnsafeMutablePointer<UInt32>, _ out: UnsafeMutablePointer<UInt32>
  ) {
    for index in 0..<count {
      let value = Int(indices[rows.map { Int($0[index]) } ?? index])
      var code = map[value]
      if code == .max {
        code = table.code(of: values[value].key, position: position &+ index)
        map[value] = code
      }
      out[index] = code
    }
  }

  private static func missing(count: Int) throws(LakeError) -> Buffer {
    let buffer = try Buffer(byteCount: count * 4)
    buffer.pointer(as: UInt32.self).initialize(repeating: .max, count: count)
    return buffer
  }

  /// All values, one beside the other.
  func collect<S: LeafSource>(
    _ type: S.Type, into out: UnsafeMutablePointer<S.Key>
  ) throws(LakeError) {
    try collect(type) { (values, index, count, at) in
      let target = out + at
      for row in 0..<count { target[row] = values[index(row)].key }
    }
  }

  /// Booleans as they lie in memory.
  func collectBooleans(into out: UnsafeMutablePointer<UInt8>) throws(LakeError) {
    try collect(UInt8.self) { (values, index, count, at) in
      let target = out + at
      for row in 0..<count { target[row] = values[index(row)] }
    }
  }

  /// Calls `copy` for each segment with its values, the way from a place to a value, the count,
  /// and the place of the first.
  @inline(__always)
  private func collect<T: BitwiseCopyable>(
    _ type: T.Type, _ copy: (UnsafePointer<T>, (Int) -> Int, Int, Int) -> Void
  ) throws(LakeError) {
    var at = 0
    for segment in segments {
      let count = segment.count
      let rows = segment.rows.map { UnsafePointer($0.pointer(as: UInt32.self)) }
      guard let values = segment.vector.storedValues(as: type) else {
        throw LakeError.misplacedValues
      }
      switch segment.vector.form {
      case .flat:
        if let rows {
          copy(values, { Int(rows[$0]) }, count, at)
        } else {
          copy(values, { $0 }, count, at)
        }
      case .constant: copy(values, { _ in 0 }, count, at)
      case .dictionary(let column):
        let indices = column.indices.pointer(as: UInt32.self)
        if let rows {
          copy(values, { Int(indices[Int(rows[$0])]) }, count, at)
        } else {
          copy(values, { Int(indices[$0]) }, count, at)
        }
      }
      at += count
    }
  }
}

extension ColumnVector {
  /// The values behind the rows, whatever the form.
  fileprivate func storedValues<T: BitwiseCopyable>(as type: T.Type) -> UnsafePointer<T>? {
    switch form {
    case .flat(let flat): flat.values(as: type)
    case .constant(let one): one.values(as: type)
    case .dictionary(let column): column.dictionary.values.values(as: type)
    }
  }
}

extension FlatColumn {
  /// The values of a fixed width, or the views.
  fileprivate func values<T: BitwiseCopyable>(as type: T.Type) -> UnsafePointer<T>? {
    switch values {
    case .fixed(let buffer): UnsafePointer(buffer.pointer(as: type))
    case .strings(let strings): UnsafePointer(strings.views.pointer(as: type))
    case .list, .row, .none: nil
    }
  }
}

extension LakeError {
  /// A vector whose values do not lie as its type says; a bug of whoever made it.
  fileprivate static var misplacedValues: LakeError {
    LakeError(.internal, "the values of a vector do not lie as its type asks for")
  }
}
