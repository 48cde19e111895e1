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

  private func finishList(_ index: Int32, _ row: Int, _ end: Int, _ cursor: Cursor) -> Cursor {
    let sink = sinks + Int(index)
    // Safe: a chunk is far smaller than 2^32 bytes, and an element takes at least one.
    sink.pointee.offsets[row + 1] = UInt32(truncatingIfNeeded: end)
    sink.pointee.valid[row] = 1
    return cursor
  }

  /// An object that is read as a map: its keys are data.
  mutating func map(_ index: Int32, _ row: Int, _ start: Cursor, depth: Int) -> Cursor? {
    guard start.pointee == JSONScan.openBrace else {
      return mismatched(index, row, start, depth: depth)
    }
    if depth >= JSONLimits.depthMax { return JSONScan.fail(.tooDeep, start, &fault) }
    let first = Int(sinks[Int(index)].offsets[row])
    var entry = first
    var cursor = JSONScan.skipBlanks(start + 1)
    if cursor.pointee == JSONScan.closeBrace { return finishList(index, row, entry, cursor + 1) }
    while true {
      guard let next = mapEntry(index, first, &entry, cursor, depth: depth + 1) else { return nil }
      cursor = JSONScan.skipBlanks(next)
      if cursor.pointee == JSONScan.closeBrace { return finishList(index, row, entry, cursor + 1) }
      guard cursor.pointee == JSONScan.comma else {
        return JSONScan.fail(.expectedCommaOrBrace, cursor, &fault)
      }
      cursor = JSONScan.skipBlanks(cursor + 1)
    }
  }

  /// One key with its value. A key that the map has already gets its value replaced.
  private mutating func mapEntry(
    _ index: Int32, _ first: Int, _ entry: inout Int, _ start: Cursor, depth: Int
  ) -> Cursor? {
    let keys = sinks[Int(index)].child
    let values = sinks[Int(index)].childValue
    if entry >= sinks[Int(keys)].capacity, !grow(keys) || !grow(values) { return nil }
    guard start.pointee == JSONScan.quote else {
      return JSONScan.fail(.expectedKey, start, &fault)
    }
    guard let key = value(keys, entry, start, depth: depth) else { return nil }
    var cursor = JSONScan.skipBlanks(key)
    guard cursor.pointee == JSONScan.colon else {
      return JSONScan.fail(.expectedColon, cursor, &fault)
    }
    cursor = JSONScan.skipBlanks(cursor + 1)
    let target = place(ofKeyAt: entry, from: first, in: keys)
    if target != entry { duplicateKeys += 1 }
    guard let end = value(values, target, cursor, depth: depth) else { return nil }
    if target == entry { entry += 1 }
    return end
  }

  /// Where the key just read stands already among the keys of its map, or where it was put.
  private func place(ofKeyAt entry: Int, from first: Int, in keys: Int32) -> Int {
    let views = sinks[Int(keys)].values.assumingMemoryBound(to: StringView.self)
    let key = views[entry]
    var other = first
    // Quadratic, so bounded: beyond it a key that stands twice is kept twice.
    let last = min(entry, first + 256)
    while other < last {
      if views[other] == key { return other }
      other += 1
    }
    return entry
  }

  /// Doubles the rows of a sink and of the members below it; false where memory has run out.
  private mutating func grow(_ index: Int32) -> Bool {
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
