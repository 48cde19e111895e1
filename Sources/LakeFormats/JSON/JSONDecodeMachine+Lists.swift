import LakeCore

extension JSONDecodeMachine {
  /// An array's elements go into the child, one row each.
  mutating func array(_ index: Int32, _ row: Int, _ start: Cursor, depth: Int) -> Cursor? {
    guard start.pointee == JSONScan.openBracket else {
      return mismatched(index, row, start, depth: depth)
    }
    if depth >= JSONLimits.depthMax { return JSONScan.fail(.tooDeep, start, &fault) }
    let child = sinks[Int(index)].child
    var element = Int(sinks[Int(index)].offsets[row])
    var cursor = JSONScan.skipBlanks(start + 1)
    if cursor.pointee == JSONScan.closeBracket {
      return finishList(index, row, element, cursor + 1)
    }
    while true {
      if element >= sinks[Int(child)].capacity, !grow(child) { return nil }
      if beginsRecord(cursor) { return JSONScan.fail(.cutOff, cursor, &fault) }
      guard let next = value(child, element, cursor, depth: depth + 1) else { return nil }
      element += 1
      cursor = JSONScan.skipBlanks(next)
      if cursor.pointee == JSONScan.closeBracket {
        return finishList(index, row, element, cursor + 1)
      }
      guard cursor.pointee == JSONScan.comma else {
        return JSONScan.fail(.expectedCommaOrBracket, cursor, &fault)
      }
      cursor = JSONScan.skipBlanks(cursor + 1)
    }
  }

  func finishList(_ index: Int32, _ row: Int, _ end: Int, _ cursor: Cursor) -> Cursor {
    let sink = sinks + Int(index)
    // Safe: a chunk is far smaller than 2^32 bytes, and an element takes at least one.
    sink.pointee.offsets[row + 1] = UInt32(truncatingIfNeeded: end)
    sink.pointee.valid[row] = 1
    return cursor
  }

  /// Doubles the rows of a sink and of the members below it; false where memory has run out.
  mutating func grow(_ index: Int32) -> Bool {
    do throws(LakeError) {
      try setCapacity(of: index, to: sinks[Int(index)].capacity * 2)
      return true
    } catch {
      exhausted = error
      return false
    }
  }

  /// Gives a sink room for so many rows and keeps what it holds.
  mutating func setCapacity(of index: Int32, to capacity: Int) throws(LakeError) {
    let sink = sinks + Int(index)
    let old = sink.pointee.capacity
    let kind = sink.pointee.kind
    if kind.width > 0 {
      // One more than the rows, for the offsets of lists.
      let buffer = try Buffer(byteCount: (capacity + 1) * kind.width, tracker: tracker)
      if old > 0 {
        buffer.base.copyMemory(from: sink.pointee.values, byteCount: (old + 1) * kind.width)
      } else if kind == .array || kind == .map {
        buffer.base.storeBytes(of: 0, as: UInt32.self)
      }
      sink.pointee.values = buffer.base
      buffers[Int(index)] = buffer
    }
    let valid = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    valid.update(from: sink.pointee.valid, count: old)
    sink.pointee.valid.deallocate()
    sink.pointee.valid = valid
    sink.pointee.capacity = capacity
    if kind == .row {
      for member in 0..<Int(sink.pointee.memberCount) {
        try setCapacity(of: members[Int(sink.pointee.firstMember) + member], to: capacity)
      }
    }
  }
}
