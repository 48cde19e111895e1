import LakeCore

extension JSONDecodeMachine {
  /// An object that is read as a map: its keys are data.
  ///
  /// Entries are written as they come. Where it turns out at the end that a key stood twice, which
  /// is rare, the map is read again: values of any type lie behind each other and cannot be
  /// replaced in place.
  mutating func map(_ index: Int32, _ row: Int, _ start: Cursor, depth: Int) -> Cursor? {
    guard start.pointee == JSONScan.openBrace else {
      return mismatched(index, row, start, depth: depth)
    }
    if depth >= JSONLimits.depthMax { return JSONScan.fail(.tooDeep, start, &fault) }
    let before = (duplicateKeys, caseCollisions)
    let first = Int(sinks[Int(index)].offsets[row])
    var entry = first
    var cursor = JSONScan.skipBlanks(start + 1)
    if cursor.pointee == JSONScan.closeBrace { return finishList(index, row, entry, cursor + 1) }
    while true {
      guard let next = mapEntry(index, entry, cursor, depth: depth + 1) else { return nil }
      entry += 1
      cursor = JSONScan.skipBlanks(next)
      if cursor.pointee == JSONScan.closeBrace { break }
      guard cursor.pointee == JSONScan.comma else {
        return JSONScan.fail(.expectedCommaOrBrace, cursor, &fault)
      }
      cursor = JSONScan.skipBlanks(cursor + 1)
    }
    if hasRepeatedKey(sinks[Int(index)].child, first..<entry) {
      (duplicateKeys, caseCollisions) = before
      forgetMismatches(of: index, since: start)
      return mapOfLastValues(index, row, start, depth: depth)
    }
    return finishList(index, row, entry, cursor + 1)
  }

  private mutating func mapEntry(
    _ index: Int32, _ entry: Int, _ start: Cursor, depth: Int
  ) -> Cursor? {
    guard start.pointee == JSONScan.quote else {
      return JSONScan.fail(.expectedKey, start, &fault)
    }
    guard makeRoomForEntry(index, entry),
      let key = value(sinks[Int(index)].child, entry, start, depth: depth)
    else { return nil }
    let colon = JSONScan.skipBlanks(key)
    guard colon.pointee == JSONScan.colon else {
      return JSONScan.fail(.expectedColon, colon, &fault)
    }
    let cursor = JSONScan.skipBlanks(colon + 1)
    return value(sinks[Int(index)].childValue, entry, cursor, depth: depth)
  }

  private mutating func makeRoomForEntry(_ index: Int32, _ entry: Int) -> Bool {
    let (keys, values) = (sinks[Int(index)].child, sinks[Int(index)].childValue)
    if entry >= sinks[Int(keys)].capacity, !grow(keys) { return false }
    return entry < sinks[Int(values)].capacity || grow(values)
  }

  /// Whether two of the keys are equal: each by each where they are few, by a table where not.
  private func hasRepeatedKey(_ keys: Int32, _ range: Range<Int>) -> Bool {
    let views = sinks[Int(keys)].values.assumingMemoryBound(to: StringView.self)
    if range.count > 16 { return JSONDecodeMachine.hasRepeatedKey(views, range) }
    for entry in range {
      for other in range.lowerBound..<entry where views[other] == views[entry] { return true }
    }
    return false
  }

  private static func hasRepeatedKey(
    _ views: UnsafeMutablePointer<StringView>, _ range: Range<Int>
  ) -> Bool {
    // A power of two, at most half full; zero is an empty place.
    let bitCount = Int.bitWidth - (2 * range.count).leadingZeroBitCount
    var table = [UInt32](repeating: 0, count: 1 << bitCount)
    for entry in range {
      let hash = views[entry].withBytes { bytes in
        ByteView(bytes).map { XXH64.hash($0) } ?? 0
      }
      var place = Int(truncatingIfNeeded: hash) & (table.count - 1)
      while table[place] != 0 {
        let other = range.lowerBound + Int(table[place]) - 1
        if views[other] == views[entry] { return true }
        place = (place + 1) & (table.count - 1)
      }
      // Safe: a chunk has fewer than 2^32 bytes, hence entries.
      table[place] = UInt32(truncatingIfNeeded: entry - range.lowerBound + 1)
    }
    return false
  }

  /// A map in which keys stand twice: each keeps its first place and gets its last value. The text
  /// was read before and is right.
  private mutating func mapOfLastValues(
    _ index: Int32, _ row: Int, _ start: Cursor, depth: Int
  ) -> Cursor? {
    var entries: [(key: Cursor, value: Cursor)] = []
    var positions: [[UInt8]: Int] = [:]
    var cursor = start
    repeat {
      cursor = JSONScan.skipBlanks(cursor + 1)
      let keyStart = cursor
      guard let key = JSONScan.scanKey(&cursor, fault: &fault) else { return nil }
      cursor = JSONScan.skipBlanks(cursor)
      if let position = positions[key] {
        entries[position].value = cursor
        duplicateKeys += 1
      } else {
        positions[key] = entries.count
        entries.append((keyStart, cursor))
      }
      guard let end = JSONScan.skipValue(cursor, depth: depth, fault: &fault) else { return nil }
      cursor = JSONScan.skipBlanks(end)
    } while cursor.pointee == JSONScan.comma

    var entry = Int(sinks[Int(index)].offsets[row])
    for (key, text) in entries {
      guard makeRoomForEntry(index, entry),
        value(sinks[Int(index)].child, entry, key, depth: depth + 1) != nil,
        value(sinks[Int(index)].childValue, entry, text, depth: depth + 1) != nil
      else { return nil }
      entry += 1
    }
    return finishList(index, row, entry, cursor + 1)
  }
}
