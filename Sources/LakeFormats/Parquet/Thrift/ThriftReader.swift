import LakeCore

/// Reads Thrift's compact protocol from bytes that nobody vouches for.
///
/// Nothing is believed before it is tested: lengths and counts are at most what is left of the
/// bytes (an element takes a byte at least), structures nest to `depthMax`, and a field of another
/// kind than expected is an error.
struct ThriftReader {
  struct FieldHeader {
    var id: Int
    var kind: ThriftKind
  }

  static let depthMax = 32

  let bytes: ByteView
  private(set) var offset = 0
  private var depth = 0

  init(_ bytes: ByteView) {
    self.bytes = bytes
  }

  private var remaining: Int { bytes.count - offset }

  /// Reads a structure: `body` is called for each field, and reads or skips its value.
  mutating func structure(
    _ body: (inout ThriftReader, FieldHeader) throws(LakeError) -> Void
  ) throws(LakeError) {
    try descend()
    var last = 0
    while let header = try fieldHeader(after: last) {
      last = header.id
      try body(&self, header)
    }
    depth -= 1
  }

  /// Reads a structure that is a field.
  mutating func structure(
    _ field: FieldHeader, _ body: (inout ThriftReader, FieldHeader) throws(LakeError) -> Void
  ) throws(LakeError) {
    try expect(field, .structure)
    try structure(body)
  }

  mutating func int(_ field: FieldHeader) throws(LakeError) -> Int {
    switch field.kind {
    case .byte: return Int(Int8(bitPattern: try byte()))
    case .int16, .int32, .int64: return Int(try zigzag())
    default: throw unexpected(field)
    }
  }

  mutating func bool(_ field: FieldHeader) throws(LakeError) -> Bool {
    switch field.kind {
    case .yes: return true
    case .no: return false
    default: throw unexpected(field)
    }
  }

  mutating func binary(_ field: FieldHeader) throws(LakeError) -> [UInt8] {
    try expect(field, .binary)
    return try binary()
  }

  mutating func text(_ field: FieldHeader) throws(LakeError) -> String {
    try expect(field, .binary)
    return try text()
  }

  /// An element of a list of numbers.
  mutating func int() throws(LakeError) -> Int { Int(try zigzag()) }

  /// An element of a list of truth values. Some writers have 0 for no.
  mutating func bool() throws(LakeError) -> Bool { try byte() == ThriftKind.yes.rawValue }

  /// An element of a list of texts. Bytes that are no UTF-8 are repaired.
  mutating func text() throws(LakeError) -> String {
    String(decoding: try binary(), as: UTF8.self)
  }

  /// Reads a list: `element` is called as often as the list has elements of the kind.
  mutating func list(
    _ field: FieldHeader, of kind: ThriftKind,
    _ element: (inout ThriftReader) throws(LakeError) -> Void
  ) throws(LakeError) {
    try expect(field, .list)
    let (found, count) = try listHeader()
    // The element type of an empty list says nothing.
    // Truth values are declared as either of the two.
    guard count == 0 || found == kind || (found == .no && kind == .yes) else {
      throw damage("a list holds elements of kind \(found) and not \(kind)")
    }
    for _ in 0..<count { try element(&self) }
  }

  /// Passes over the value of a field.
  mutating func skip(_ field: FieldHeader) throws(LakeError) {
    try skip(field.kind, isElement: false)
  }

  private mutating func skip(_ kind: ThriftKind, isElement: Bool) throws(LakeError) {
    switch kind {
    case .stop: throw damage("a value of no kind")
    case .yes, .no: if isElement { _ = try byte() }
    case .byte: _ = try byte()
    case .int16, .int32, .int64: _ = try varint()
    case .double: try advance(by: 8)
    case .binary: try advance(by: try count())
    case .list, .set: try skipList()
    case .map: try skipMap()
    case .structure:
      try structure { (reader, field) throws(LakeError) in try reader.skip(field) }
    }
  }

  private mutating func skipList() throws(LakeError) {
    try descend()
    let (kind, count) = try listHeader()
    for _ in 0..<count { try skip(kind, isElement: true) }
    depth -= 1
  }

  private mutating func skipMap() throws(LakeError) {
    try descend()
    let count = try count()
    if count > 0 {
      let kinds = try byte()
      let (key, value) = (try kind(kinds >> 4), try kind(kinds & 15))
      for _ in 0..<count {
        try skip(key, isElement: true)
        try skip(value, isElement: true)
      }
    }
    depth -= 1
  }

  private mutating func fieldHeader(after last: Int) throws(LakeError) -> FieldHeader? {
    let head = try byte()
    let kind = try kind(head & 15)
    if kind == .stop { return nil }
    let delta = Int(head >> 4)
    if delta != 0 { return FieldHeader(id: last &+ delta, kind: kind) }
    guard let id = Int16(exactly: try zigzag()) else { throw damage("a field's id is too large") }
    return FieldHeader(id: Int(id), kind: kind)
  }

  private mutating func listHeader() throws(LakeError) -> (kind: ThriftKind, count: Int) {
    let head = try byte()
    let kind = try kind(head & 15)
    var count = Int(head >> 4)
    if count == 15 { count = try self.count() }
    guard count <= remaining else { throw damage("a list of \(count) elements runs past the end") }
    return (kind, count)
  }

  /// An element of a list of bytes.
  mutating func binary() throws(LakeError) -> [UInt8] {
    let count = try count()
    let start = bytes.start + offset
    try advance(by: count)
    return Array(UnsafeBufferPointer(start: start, count: count))
  }

  /// A length or count, of which each takes a byte at least.
  private mutating func count() throws(LakeError) -> Int {
    let value = try varint()
    guard value <= UInt64(remaining) else {
      throw damage("\(value) bytes or elements run past the end")
    }
    return Int(value)
  }

  private mutating func zigzag() throws(LakeError) -> Int64 {
    let value = try varint()
    return Int64(bitPattern: value &>> 1) ^ -Int64(bitPattern: value & 1)
  }

  private mutating func varint() throws(LakeError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: 0 as UInt64, to: 70, by: 7) {
      let next = try byte()
      value |= UInt64(next & 0x7F) &<< shift
      if next < 0x80 {
        guard shift < 63 || next <= 1 else { break }
        return value
      }
    }
    throw damage("a number is longer than 64 bits")
  }

  private mutating func byte() throws(LakeError) -> UInt8 {
    guard offset < bytes.count else { throw damage("it ends in the middle") }
    offset += 1
    return bytes[offset - 1]
  }

  private mutating func advance(by count: Int) throws(LakeError) {
    guard count <= remaining else { throw damage("it ends in the middle") }
    offset += count
  }

  private mutating func descend() throws(LakeError) {
    depth += 1
    guard depth <= ThriftReader.depthMax else { throw damage("it is nested too deeply") }
  }

  private func kind(_ number: UInt8) throws(LakeError) -> ThriftKind {
    guard let kind = ThriftKind(rawValue: number) else {
      throw damage("there is no kind \(number) of values")
    }
    return kind
  }

  private func expect(_ field: FieldHeader, _ kind: ThriftKind) throws(LakeError) {
    guard field.kind == kind else { throw unexpected(field) }
  }

  private func unexpected(_ field: FieldHeader) -> LakeError {
    damage("field \(field.id) has the kind \(field.kind)")
  }

  private func damage(_ reason: String) -> LakeError {
    LakeError(.corruptData, "the metadata is damaged: \(reason)")
  }
}
