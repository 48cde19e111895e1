import LakeCore

extension JSONDecodeMachine {
  /// The value at the cursor, into one row of a sink.
  @inline(__always)
  mutating func value(_ index: Int32, _ row: Int, _ cursor: Cursor, depth: Int) -> Cursor? {
    let sink = sinks + Int(index)
    switch sink.pointee.kind {
    case .bigint:
      if let (value, end) = JSONScan.shortInteger(cursor) {
        sink.pointee.store(value, at: row)
        return end
      }
    case .double:
      if let (value, end) = JSONScan.shortDouble(cursor) {
        sink.pointee.store(value, at: row)
        return end
      }
    case .varchar:
      if cursor.pointee == JSONScan.quote {
        let end = JSONScan.plainStringEnd(cursor + 1)
        if end.pointee == JSONScan.quote {
          // Safe: a chunk is readable for 64 bytes behind its end.
          let view = StringView(padded: cursor + 1, count: end - cursor - 1)
          sink.pointee.store(view, at: row)
          return end + 1
        }
      }
    default:
      break
    }
    return otherValue(index, row, cursor, depth: depth)
  }

  /// The values that the fast paths above leave.
  private mutating func otherValue(
    _ index: Int32, _ row: Int, _ cursor: Cursor, depth: Int
  ) -> Cursor? {
    if JSONScan.isNull(cursor) {
      setNull(index, row)
      return cursor + 4
    }
    let sink = sinks + Int(index)
    if cursor.pointee == JSONScan.quote, cursor[1] == JSONScan.quote, sink.pointee.kind.hasNoText {
      emptyTexts += 1
      setNull(index, row)
      return cursor + 2
    }
    // Rows take care of it themselves; in other nested values blanks are not watched.
    if cursor.pointee | 0x20 == JSONScan.openBrace, sink.pointee.kind != .row {
      mayHoldNewline = true
    }
    switch sink.pointee.kind {
    case .unseen: return mismatched(index, row, cursor, depth: depth)
    case .boolean: return boolean(index, row, cursor, depth: depth)
    case .tinyint, .smallint, .integer, .bigint:
      return integer(index, row, cursor, depth: depth)
    case .real, .double: return floating(index, row, cursor, depth: depth)
    case .shortDecimal, .longDecimal: return decimal(index, row, cursor, depth: depth)
    case .varchar: return text(index, row, cursor, depth: depth)
    case .json: return sourceText(index, row, cursor, depth: depth)
    case .varbinary, .date, .time, .timestamp, .uuid:
      return parsedText(index, row, cursor, depth: depth)
    case .array: return array(index, row, cursor, depth: depth)
    case .map: return map(index, row, cursor, depth: depth)
    case .row:
      guard cursor.pointee == JSONScan.openBrace else {
        return mismatched(index, row, cursor, depth: depth)
      }
      if depth >= JSONLimits.depthMax { return JSONScan.fail(.tooDeep, cursor, &fault) }
      sink.pointee.valid[row] = 1
      return object(sink.pointee.shape, row, cursor, depth: depth + 1)
    }
  }

  /// Walks over a value that does not fit, notes it and leaves null.
  mutating func mismatched(
    _ index: Int32, _ row: Int, _ cursor: Cursor, depth: Int
  ) -> Cursor? {
    guard let end = JSONScan.skipValue(cursor, depth: depth, fault: &fault) else { return nil }
    mismatchCount += 1
    if mismatches.count < JSONDecodeMachine.mismatchesMax {
      mismatches.append(JSONMismatch(sink: index, place: cursor))
    }
    setNull(index, row)
    return end
  }

  private mutating func boolean(
    _ index: Int32, _ row: Int, _ cursor: Cursor, depth: Int
  ) -> Cursor? {
    if JSONScan.isTrue(cursor) {
      sinks[Int(index)].store(1 as UInt8, at: row)
      return cursor + 4
    }
    if JSONScan.isFalse(cursor) {
      sinks[Int(index)].store(0 as UInt8, at: row)
      return cursor + 5
    }
    return mismatched(index, row, cursor, depth: depth)
  }

  private mutating func integer(
    _ index: Int32, _ row: Int, _ cursor: Cursor, depth: Int
  ) -> Cursor? {
    guard let (value, end) = JSONScan.shortInteger(cursor) ?? JSONScan.exactInteger(cursor) else {
      return mismatched(index, row, cursor, depth: depth)
    }
    let sink = sinks + Int(index)
    if value < sink.pointee.minimum || value > sink.pointee.maximum {
      return mismatched(index, row, cursor, depth: depth)
    }
    switch sink.pointee.kind {
    case .tinyint: sink.pointee.store(Int8(truncatingIfNeeded: value), at: row)
    case .smallint: sink.pointee.store(Int16(truncatingIfNeeded: value), at: row)
    case .integer: sink.pointee.store(Int32(truncatingIfNeeded: value), at: row)
    default: sink.pointee.store(value, at: row)
    }
    return end
  }

  private mutating func floating(
    _ index: Int32, _ row: Int, _ cursor: Cursor, depth: Int
  ) -> Cursor? {
    guard let (value, end) = JSONScan.double(cursor), value.isFinite else {
      return mismatched(index, row, cursor, depth: depth)
    }
    let sink = sinks + Int(index)
    if sink.pointee.kind == .double {
      sink.pointee.store(value, at: row)
      return end
    }
    guard let narrow = JSONScan.float(cursor, end), narrow.isFinite else {
      return mismatched(index, row, cursor, depth: depth)
    }
    sink.pointee.store(narrow, at: row)
    return end
  }

  private mutating func decimal(
    _ index: Int32, _ row: Int, _ cursor: Cursor, depth: Int
  ) -> Cursor? {
    let sink = sinks + Int(index)
    guard let token = JSONScan.number(cursor),
      case .value(let value) = DecimalText.parse(
        cursor, count: token.end - cursor, precision: sink.pointee.precision,
        scale: sink.pointee.scale)
    else { return mismatched(index, row, cursor, depth: depth) }
    if sink.pointee.kind == .shortDecimal {
      sink.pointee.store(Int64(truncatingIfNeeded: value), at: row)
    } else {
      sink.pointee.store(value, at: row)
    }
    return token.end
  }

  /// A string with escapes, or the source text of anything else: varchar holds every value.
  private mutating func text(
    _ index: Int32, _ row: Int, _ cursor: Cursor, depth: Int
  ) -> Cursor? {
    guard cursor.pointee == JSONScan.quote else {
      return sourceText(index, row, cursor, depth: depth)
    }
    guard let end = JSONScan.skipString(cursor + 1, fault: &fault) else { return nil }
    let source = ByteView(cursor + 1, count: end - cursor - 2)
    guard let view = unescaped(source) else { return nil }
    sinks[Int(index)].store(view, at: row)
    return end
  }

  /// A string's meaning, in the arena; nil only where memory has run out.
  private mutating func unescaped(_ source: ByteView) -> StringView? {
    do throws(LakeError) {
      let target = try arena.reserve(source.count + StringView.inlineMax)
      let count = JSONScan.unescape(source, into: target)
      arena.take(count)
      return StringView(target, count: count)
    } catch {
      exhausted = error
      return nil
    }
  }

  private mutating func sourceText(
    _ index: Int32, _ row: Int, _ cursor: Cursor, depth: Int
  ) -> Cursor? {
    guard let end = JSONScan.skipValue(cursor, depth: depth, fault: &fault) else { return nil }
    sinks[Int(index)].store(StringView(padded: cursor, count: end - cursor), at: row)
    return end
  }

  /// Types that JSON writes as strings.
  private mutating func parsedText(
    _ index: Int32, _ row: Int, _ cursor: Cursor, depth: Int
  ) -> Cursor? {
    guard cursor.pointee == JSONScan.quote else {
      return mismatched(index, row, cursor, depth: depth)
    }
    guard let end = JSONScan.skipString(cursor + 1, fault: &fault) else { return nil }
    guard let view = unescaped(ByteView(cursor + 1, count: end - cursor - 2)) else { return nil }
    let sink = sinks[Int(index)]
    let stored = view.withBytes { raw -> Bool in
      guard let base = raw.baseAddress else { return false }
      return JSONDecodeMachine.store(ByteView(base, count: raw.count), in: sink, at: row)
    }
    if stored { return end }
    if sink.kind == .varbinary, let bytes = decodedBase64(view) {
      sinks[Int(index)].store(bytes, at: row)
      return end
    }
    return mismatched(index, row, cursor, depth: depth)
  }

  private static func store(_ text: ByteView, in sink: JSONSink, at row: Int) -> Bool {
    switch sink.kind {
    case .date:
      guard let value = DateText.parse(text.start, count: text.count) else { return false }
      sink.store(value, at: row)
    case .time:
      guard let value = TimeText.parse(text.start, count: text.count) else { return false }
      sink.store(value, at: row)
    case .timestamp:
      guard let value = TimestampText.parse(text.start, count: text.count) else { return false }
      sink.store(value.microseconds, at: row)
    case .uuid:
      guard let value = UUIDText.parse(text) else { return false }
      sink.store(value, at: row)
    default:
      return false
    }
    return true
  }

  private mutating func decodedBase64(_ view: StringView) -> StringView? {
    do throws(LakeError) {
      let target = try arena.reserve(view.count + StringView.inlineMax)
      let decoded = view.withBytes { raw -> Int? in
        guard let bytes = ByteView(raw) else { return 0 }
        return Base64.decode(bytes, into: target)
      }
      guard let count = decoded else { return nil }
      arena.take(count)
      return StringView(target, count: count)
    } catch {
      exhausted = error
      return nil
    }
  }
}
