/// 64-bit hashes of the values of a vector.
///
/// Values that are not distinct hash equal whatever the form of their vector: −0 as 0, every NaN as
/// one, null as a value of its own, maps in whatever order their entries are. Integers of all
/// widths hash by their number. The hash is not kept on disk and may change between versions.
///
/// The mixing step is one multiplication to 128 bits whose halves are folded together.
extension Kernels {
  /// Writes the hashes of all rows.
  package func hash(
    _ vector: ColumnVector, into hashes: UnsafeMutablePointer<UInt64>
  ) throws(LakeError) {
    switch vector.form {
    case .flat(let flat): try hash(flat, type: vector.type, into: hashes)
    case .constant(let one):
      var hash: UInt64 = 0
      try self.hash(one, type: vector.type, into: &hash)
      for row in 0..<vector.count { hashes[row] = hash }
    case .dictionary(let column):
      try self.hash(column, vector: vector, into: hashes)
    }
  }

  /// Mixes the hashes of all rows into those that are there: keys of several columns, in order.
  package func hash(
    _ vector: ColumnVector, combiningInto hashes: UnsafeMutablePointer<UInt64>
  ) throws(LakeError) {
    let own = try buffer(of: UInt64.self, count: vector.count)
    let source = own.pointer(as: UInt64.self)
    try hash(vector, into: source)
    for row in 0..<vector.count { hashes[row] = HashMix.combine(hashes[row], source[row]) }
  }

  private func hash(
    _ column: DictionaryColumn, vector: ColumnVector, into hashes: UnsafeMutablePointer<UInt64>
  ) throws(LakeError) {
    guard
      let known = try column.dictionary.hashes(
        for: column.count,
        { (values) throws(LakeError) -> Buffer in
          let target = try buffer(of: UInt64.self, count: values.count)
          try hash(values, type: vector.type, into: target.pointer(as: UInt64.self))
          return target
        })
    else { return try hash(try vector.flattened(self), type: vector.type, into: hashes) }
    let from = known.pointer(as: UInt64.self)
    let indices = column.indices.pointer(as: UInt32.self)
    for row in 0..<column.count { hashes[row] = from[Int(indices[row])] }
    HashMix.markNulls(column.validity, count: column.count, hashes)
  }

  private func hash(
    _ flat: FlatColumn, type: DataType, into hashes: UnsafeMutablePointer<UInt64>
  ) throws(LakeError) {
    switch flat.values {
    case .none:
      for row in 0..<flat.count { hashes[row] = HashMix.null }
    case .fixed(let buffer):
      hashFixed(buffer, count: flat.count, physical: type.physical, into: hashes)
    case .strings(let strings):
      let views = strings.pointer
      for row in 0..<flat.count { hashes[row] = HashMix.hash(views[row]) }
    case .list(let lists):
      try hashLists(lists, count: flat.count, isMap: type.isMap, into: hashes)
    case .row(let children):
      for row in 0..<flat.count { hashes[row] = HashMix.seed }
      for child in children { try hash(child, combiningInto: hashes) }
    }
    HashMix.markNulls(flat.validity, count: flat.count, hashes)
  }

  private func hashLists(
    _ lists: ListValues, count: Int, isMap: Bool, into hashes: UnsafeMutablePointer<UInt64>
  ) throws(LakeError) {
    let elements = try buffer(of: UInt64.self, count: lists.child.count)
    let element = elements.pointer(as: UInt64.self)
    try hash(lists.child, into: element)
    let offsets = lists.pointer
    for row in 0..<count {
      let (start, end) = (Int(offsets[row]), Int(offsets[row &+ 1]))
      var hash = HashMix.seed ^ UInt64(end &- start)
      if isMap {
        // A sum, which does not depend on the order.
        var sum: UInt64 = 0
        for index in start..<end { sum &+= element[index] }
        hash = HashMix.combine(hash, sum)
      } else {
        for index in start..<end { hash = HashMix.combine(hash, element[index]) }
      }
      hashes[row] = hash
    }
  }

  private func hashFixed(
    _ buffer: Buffer, count: Int, physical: PhysicalType,
    into hashes: UnsafeMutablePointer<UInt64>
  ) {
    switch physical {
    case .boolean: hashIntegers(UInt8.self, buffer, count, hashes)
    case .int8: hashIntegers(Int8.self, buffer, count, hashes)
    case .int16: hashIntegers(Int16.self, buffer, count, hashes)
    case .int32: hashIntegers(Int32.self, buffer, count, hashes)
    case .int64: hashIntegers(Int64.self, buffer, count, hashes)
    case .int128:
      let values = buffer.pointer(as: UInt128.self)
      for row in 0..<count {
        let (low, high) = (
          UInt64(truncatingIfNeeded: values[row]), UInt64(truncatingIfNeeded: values[row] &>> 64)
        )
        hashes[row] = HashMix.combine(HashMix.hash(low), high)
      }
    case .float32:
      let values = buffer.pointer(as: Float.self)
      for row in 0..<count { hashes[row] = HashMix.hash(HashMix.canonical(Double(values[row]))) }
    case .float64:
      let values = buffer.pointer(as: Double.self)
      for row in 0..<count { hashes[row] = HashMix.hash(HashMix.canonical(values[row])) }
    case .string, .list, .row, .none: break
    }
  }

  private func hashIntegers<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type, _ buffer: Buffer, _ count: Int, _ hashes: UnsafeMutablePointer<UInt64>
  ) {
    let values = buffer.pointer(as: type)
    for row in 0..<count {
      hashes[row] = HashMix.hash(UInt64(truncatingIfNeeded: values[row]))
    }
  }
}

extension DataType {
  var isMap: Bool { if case .map = self { true } else { false } }
}
