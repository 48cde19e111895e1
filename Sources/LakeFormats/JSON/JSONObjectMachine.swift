import LakeCore

/// The walk through one object, key by key, that decoding and inference share.
///
/// A conforming machine says what is done with a value. The extension below is specialised for each
/// of them, so that sharing costs nothing.
protocol JSONObjectMachine: ~Copyable {
  /// They never move while an object is read.
  var shapes: UnsafeMutablePointer<JSONShape> { get }
  /// Each object gets a number of its own, by which a field knows whether it was met in it.
  var stamp: UInt64 { get set }
  var fault: JSONFault { get set }
  var duplicateKeys: Int { get set }
  var caseCollisions: Int { get set }
  /// Set where blanks were passed over since it was last cleared: only then can a record hold a
  /// newline. Set too often does no harm.
  var mayHoldNewline: Bool { get set }
  /// Whether the chunk is cut by lines: a line that begins with a brace then begins a record.
  var cutsByLines: Bool { get set }

  /// The value of a field, for the object that is row `row` of its kind.
  mutating func value(_ target: Int32, _ row: Int, _ cursor: Cursor, depth: Int) -> Cursor?
  /// The value of a field that the object had already, in the same spelling. The object began at
  /// `object`.
  mutating func repeatedValue(
    _ target: Int32, _ row: Int, _ cursor: Cursor, depth: Int, object: Cursor
  ) -> Cursor?
  /// The slot for a key that no slot has in this spelling, or that was written in an unusual way.
  mutating func learn(_ key: [UInt8], _ shape: Int32) -> Int
  /// The object is at its end; `seen` of the shape's fields were there.
  mutating func finish(_ shape: Int32, _ row: Int, _ stamp: UInt64, seen: Int)
}

extension JSONObjectMachine where Self: ~Copyable {
  /// The object whose opening brace is at the cursor.
  mutating func object(_ shapeIndex: Int32, _ row: Int, _ start: Cursor, depth: Int) -> Cursor? {
    let shape = shapes + Int(shapeIndex)
    stamp &+= 1
    let stamp = stamp
    var cursor = start + 1
    if cursor.pointee <= 0x20 { cursor = passBlanks(cursor) }
    var expected = 0
    var seen = 0
    if cursor.pointee == JSONScan.closeBrace {
      finish(shapeIndex, row, stamp, seen: 0)
      return cursor + 1
    }
    while true {
      let slot: Int
      if expected < shape.pointee.slotCount, shape.pointee.matches(expected, cursor) {
        slot = expected
        cursor += shape.pointee.slots[slot].patternCount
      } else {
        guard let found = findKey(shapeIndex, expected, &cursor) else { return nil }
        slot = found
      }
      expected = slot &+ 1
      if cursor.pointee <= 0x20 {
        cursor = passBlanks(cursor)
        if beginsRecord(cursor) { return JSONScan.fail(.cutOff, cursor, &fault) }
      }
      let field = Int(shape.pointee.slots[slot].field)
      let next: Cursor?
      if field >= 0 {
        let state = shape.pointee.fields + field
        if state.pointee.stamp != stamp {
          state.pointee.stamp = stamp
          state.pointee.slot = Int32(truncatingIfNeeded: slot)
          seen &+= 1
          next = value(state.pointee.target, row, cursor, depth: depth)
        } else {
          next = repeatedKey(state.pointee, slot, row, cursor, depth: depth, object: start)
        }
      } else {
        next = passOver(cursor, depth: depth)
      }
      guard let end = next else { return nil }
      cursor = end.pointee <= 0x20 ? passBlanks(end) : end
      if cursor.pointee == JSONScan.comma {
        cursor += 1
        if cursor.pointee <= 0x20 { cursor = passBlanks(cursor) }
        continue
      }
      if cursor.pointee == JSONScan.closeBrace { break }
      return JSONScan.fail(.expectedCommaOrBrace, cursor, &fault)
    }
    finish(shapeIndex, row, stamp, seen: seen)
    return cursor + 1
  }

  /// Whether a value cannot stand here, since the next record does: found at once, so that many
  /// records that are cut off do not each read those behind them.
  func beginsRecord(_ cursor: Cursor) -> Bool {
    cutsByLines && cursor.pointee == JSONScan.openBrace && cursor[-1] == JSONScan.newline
  }

  /// The value of a key that nobody asks for. Strings and numbers hold no newline.
  @inline(__always)
  private mutating func passOver(_ cursor: Cursor, depth: Int) -> Cursor? {
    if cursor.pointee == JSONScan.quote {
      let end = JSONScan.plainStringEnd(cursor + 1)
      if end.pointee == JSONScan.quote { return end + 1 }
    } else if let end = JSONScan.plainNumberEnd(cursor) {
      return end
    }
    mayHoldNewline = true
    return JSONScan.skipValue(cursor, depth: depth, fault: &fault)
  }

  private mutating func passBlanks(_ cursor: Cursor) -> Cursor {
    mayHoldNewline = true
    return JSONScan.skipBlanks(cursor)
  }

  /// A key that is met again in one object. The same spelling: the last one wins. Another
  /// spelling: the first one has won, and the loss is counted.
  private mutating func repeatedKey(
    _ state: JSONShape.FieldState, _ slot: Int, _ row: Int, _ cursor: Cursor, depth: Int,
    object: Cursor
  ) -> Cursor? {
    if state.slot == Int32(truncatingIfNeeded: slot) {
      duplicateKeys += 1
      return repeatedValue(state.target, row, cursor, depth: depth, object: object)
    }
    caseCollisions += 1
    mayHoldNewline = true
    return JSONScan.skipValue(cursor, depth: depth, fault: &fault)
  }

  /// Finds the slot of a key that was not the expected one and moves the cursor behind its colon.
  private mutating func findKey(
    _ shapeIndex: Int32, _ expected: Int, _ cursor: inout Cursor
  ) -> Int? {
    let shape = shapes + Int(shapeIndex)
    if let slot = shape.pointee.search(from: expected, cursor) {
      cursor += shape.pointee.slots[slot].patternCount
      return slot
    }
    mayHoldNewline = true
    guard let key = JSONScan.scanKey(&cursor, fault: &fault) else { return nil }
    return learn(key, shapeIndex)
  }
}

extension JSONScan {
  /// A key in quotes, its colon and the blanks around them, read by the book.
  static func scanKey(_ cursor: inout Cursor, fault: inout JSONFault) -> [UInt8]? {
    guard cursor.pointee == quote else {
      _ = fail(.expectedKey, cursor, &fault)
      return nil
    }
    let text = cursor + 1
    guard let end = skipString(text, fault: &fault) else { return nil }
    let colonPlace = skipBlanks(end)
    guard colonPlace.pointee == colon else {
      _ = fail(.expectedColon, colonPlace, &fault)
      return nil
    }
    cursor = colonPlace + 1
    return keyBytes(ByteView(text, count: end - text - 1))
  }
}
