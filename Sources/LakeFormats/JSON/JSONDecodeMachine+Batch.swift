import LakeCore

extension JSONDecodeMachine {
  /// The first `rowCount` rows of all columns as a batch, which takes the memory with it.
  ///
  /// `source` is the chunk that plain strings point into.
  mutating func takeBatch(rowCount: Int, source: Buffer) throws(LakeError) -> Batch {
    let owners = [source] + arena.release()
    var columns: [ColumnVector] = []
    columns.reserveCapacity(plan.roots.count)
    for root in plan.roots {
      columns.append(try vector(root, count: rowCount, owners: owners))
    }
    return Batch(columns: columns, rowCount: rowCount)
  }

  private func vector(
    _ index: Int32, count: Int, owners: [Buffer]
  ) throws(LakeError) -> ColumnVector {
    let sink = sinks[Int(index)]
    let type = plan.places[Int(index)].type
    if sink.kind == .unseen { return try ColumnVector.nulls(type: type, count: count) }
    let values: FlatColumn.Values
    switch sink.kind {
    case .row:
      var children: [ColumnVector] = []
      for member in 0..<Int(sink.memberCount) {
        let child = members[Int(sink.firstMember) + member]
        children.append(try vector(child, count: count, owners: owners))
      }
      values = .row(children)
    case .array, .map:
      values = .list(try listValues(index, count: count, owners: owners))
    case .varchar, .varbinary, .json:
      values = .strings(StringValues(views: buffer(index), owners: owners))
    default:
      values = .fixed(buffer(index))
    }
    let validity = sink.hasNulls ? try packed(sink.valid, count: count) : nil
    return ColumnVector(
      type: type, flat: FlatColumn(count: count, validity: validity, values: values))
  }

  private func listValues(
    _ index: Int32, count: Int, owners: [Buffer]
  ) throws(LakeError) -> ListValues {
    let sink = sinks[Int(index)]
    let childCount = Int(sink.offsets[count])
    let child = try vector(sink.child, count: childCount, owners: owners)
    if sink.kind == .array { return ListValues(offsets: buffer(index), child: child) }
    let value = try vector(sink.childValue, count: childCount, owners: owners)
    let entries = FlatColumn(count: childCount, validity: nil, values: .row([child, value]))
    let type = plan.places[Int(index)].type.listElement
    return ListValues(offsets: buffer(index), child: ColumnVector(type: type, flat: entries))
  }

  private func buffer(_ index: Int32) -> Buffer {
    guard let buffer = buffers[Int(index)] else {
      preconditionFailure("a sink with values has a buffer from the moment it has room")
    }
    return buffer
  }

  /// One bit for each byte that is not zero.
  private func packed(
    _ bytes: UnsafeMutablePointer<UInt8>, count: Int
  ) throws(LakeError) -> Bitmap {
    let wordCount = Bitmap.wordCount(for: count)
    let buffer = try Buffer(byteCount: wordCount * 8, tracker: tracker)
    let words = buffer.pointer(as: UInt64.self)
    for word in 0..<wordCount {
      var bits: UInt64 = 0
      let first = word * 64
      for bit in 0..<min(64, count - first) {
        bits |= UInt64(bytes[first + bit]) &<< UInt64(bit)
      }
      words[word] = bits
    }
    return Bitmap(buffer: buffer, count: count)
  }
}
