import LakeCore

/// Records that are made of doubles only, as columns and back.
extension Kernels {
  /// A column for each double of the records.
  func doubles<Record: BitwiseCopyable>(
    of records: RawArray<Record>, count: Int
  ) throws -> [ColumnVector] {
    let width = MemoryLayout<Record>.stride / MemoryLayout<Double>.stride
    let values = records.buffer.pointer(as: Double.self)
    return try (0..<width).map { part in
      try numbers(.double, count) { values[$0 &* width &+ part] }
    }
  }

  func records<Record: BitwiseCopyable>(
    _ type: Record.Type, of columns: [ColumnVector], count: Int
  ) throws -> RawArray<Record> {
    let width = MemoryLayout<Record>.stride / MemoryLayout<Double>.stride
    let records = try RawArray<Record>(count: count, tracker: tracker)
    let out = records.buffer.pointer(as: Double.self)
    for (part, column) in columns.prefix(width).enumerated() {
      let values = try Input<Double>(column, self)
      for row in 0..<count { out[row &* width &+ part] = values[row] }
    }
    return records
  }
}
