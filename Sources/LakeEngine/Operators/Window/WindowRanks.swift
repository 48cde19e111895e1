import LakeCore

/// Functions that number the rows of a partition.
struct WindowRanks {
  let layout: WindowLayout

  func vector(_ kind: WindowPlan.Function.Kind) throws -> ColumnVector {
    switch kind {
    case .percentRank, .cumeDist: try shares(kind)
    default: try numbers(kind)
    }
  }

  private func numbers(_ kind: WindowPlan.Function.Kind) throws -> ColumnVector {
    let values = try Buffer(byteCount: layout.rowCount * 8, tracker: layout.kernels.tracker)
    let (out, rows) = (values.pointer(as: Int64.self), layout.rows)
    let peers = kind == .rowNumber ? nil : try layout.peers().starts
    for partition in 0..<layout.partitionCount {
      let start = layout.starts[partition]
      var dense: Int64 = 0
      for position in start..<layout.starts[partition + 1] {
        guard let peers else {
          out[Int(rows[position])] = Int64(position - start + 1)
          continue
        }
        let first = Int(peers[position])
        if first == position { dense += 1 }
        out[Int(rows[position])] = kind == .rank ? Int64(first - start + 1) : dense
      }
    }
    return vector(.bigint, values)
  }

  private func shares(_ kind: WindowPlan.Function.Kind) throws -> ColumnVector {
    let values = try Buffer(byteCount: layout.rowCount * 8, tracker: layout.kernels.tracker)
    let (out, rows) = (values.pointer(as: Double.self), layout.rows)
    let (peerStarts, peerEnds) = try layout.peers()
    for partition in 0..<layout.partitionCount {
      let (start, end) = (layout.starts[partition], layout.starts[partition + 1])
      for position in start..<end {
        let row = Int(rows[position])
        if kind == .cumeDist {
          out[row] = Double(Int(peerEnds[position]) - start) / Double(end - start)
        } else {
          let before = Double(Int(peerStarts[position]) - start)
          out[row] = end - start == 1 ? 0 : before / Double(end - start - 1)
        }
      }
    }
    return vector(.double, values)
  }

  /// The number of the one of `n` parts of the partition, as equal as can be, that a row is in.
  func ntile(_ counts: ColumnVector) throws -> ColumnVector {
    let wanted = try counts.flattened(layout.kernels)
    guard let numbers = wanted.fixed?.pointer(as: Int64.self) else {
      return try .nulls(type: .bigint, count: layout.rowCount)
    }
    let values = try Buffer(byteCount: layout.rowCount * 8, tracker: layout.kernels.tracker)
    let valid = try RawArray<UInt8>(count: layout.rowCount, tracker: layout.kernels.tracker)
    let (out, rows) = (values.pointer(as: Int64.self), layout.rows)
    for partition in 0..<layout.partitionCount {
      let (start, end) = (layout.starts[partition], layout.starts[partition + 1])
      for position in start..<end {
        let row = Int(rows[position])
        valid.pointer[row] = wanted.isNull(row) ? 0 : 1
        out[row] = 0
        if wanted.isNull(row) { continue }
        guard numbers[row] > 0 else {
          throw LakeError(.invalidInput, "ntile needs a number above 0, not \(numbers[row])")
        }
        let (size, larger) = Int64(end - start).quotientAndRemainder(dividingBy: numbers[row])
        let place = Int64(position - start)
        // The first parts have one row more. No overflow: the product is at most the partition.
        let limit = larger * (size + 1)
        out[row] =
          place < limit ? place / (size + 1) + 1 : larger + (place - limit) / max(size, 1) + 1
      }
    }
    return try layout.kernels.vector(
      .bigint, values, valid: valid.pointer, count: layout.rowCount)
  }

  private func vector(_ type: DataType, _ values: Buffer) -> ColumnVector {
    ColumnVector(
      type: type,
      flat: FlatColumn(count: layout.rowCount, validity: nil, values: .fixed(values)))
  }
}
