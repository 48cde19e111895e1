import LakeCore

/// The kinds of values of Thrift's compact protocol, with the numbers that stand in a file.
enum ThriftKind: UInt8 {
  case stop = 0
  case yes = 1
  case no = 2
  case byte = 3
  case int16 = 4
  case int32 = 5
  case int64 = 6
  case double = 7
  case binary = 8
  case list = 9
  case set = 10
  case map = 11
  case structure = 12
}

/// Writes Thrift's compact protocol.
///
/// Fields are written in ascending order of their ids; a structure begins with `begin` (or with
/// `field(_:structure:)`, where it is a field) and ends with `end`.
struct ThriftWriter: ~Copyable {
  private(set) var sink: ByteSink
  /// The id of the last field, for every structure that is open.
  private var lastIDs: [Int] = []

  init(capacity: Int = 256, tracker: MemoryTracker? = nil) throws(LakeError) {
    sink = try ByteSink(capacity: capacity, tracker: tracker)
  }

  /// Forgets what was written and keeps the room.
  mutating func removeAll() {
    sink.removeAll()
    lastIDs.removeAll(keepingCapacity: true)
  }

  mutating func begin() { lastIDs.append(0) }

  mutating func end() throws(LakeError) {
    lastIDs.removeLast()
    try sink.append(ThriftKind.stop.rawValue)
  }

  mutating func field(_ id: Int, int32 value: Int) throws(LakeError) {
    try header(id, .int32)
    try zigzag(Int64(value))
  }

  mutating func field(_ id: Int, int16 value: Int) throws(LakeError) {
    try header(id, .int16)
    try zigzag(Int64(value))
  }

  mutating func field(_ id: Int, int64 value: Int) throws(LakeError) {
    try header(id, .int64)
    try zigzag(Int64(value))
  }

  mutating func field(_ id: Int, byte value: Int8) throws(LakeError) {
    try header(id, .byte)
    try sink.append(UInt8(bitPattern: value))
  }

  mutating func field(_ id: Int, bool value: Bool) throws(LakeError) {
    try header(id, value ? .yes : .no)
  }

  mutating func field(_ id: Int, text: String) throws(LakeError) {
    try header(id, .binary)
    try append(text)
  }

  mutating func field(_ id: Int, bytes: [UInt8]) throws(LakeError) {
    try header(id, .binary)
    try varint(UInt64(bytes.count))
    for byte in bytes { try sink.append(byte) }
  }

  mutating func field(_ id: Int, list kind: ThriftKind, count: Int) throws(LakeError) {
    try header(id, .list)
    if count < 15 {
      try sink.append(UInt8(count << 4) | kind.rawValue)
    } else {
      try sink.append(0xF0 | kind.rawValue)
      try varint(UInt64(count))
    }
  }

  /// Begins a structure that is a field.
  mutating func field(structure id: Int) throws(LakeError) {
    try header(id, .structure)
    begin()
  }

  /// A structure without fields: a case of a union.
  mutating func field(empty id: Int) throws(LakeError) {
    try field(structure: id)
    try end()
  }

  /// A number as an element of a list.
  mutating func append(_ value: Int) throws(LakeError) { try zigzag(Int64(value)) }

  /// A text as an element of a list.
  mutating func append(_ text: String) throws(LakeError) {
    try varint(UInt64(text.utf8.count))
    try sink.append(text)
  }

  /// Bytes as an element of a list.
  mutating func append(bytes: [UInt8]) throws(LakeError) {
    try varint(UInt64(bytes.count))
    for byte in bytes { try sink.append(byte) }
  }

  /// A truth value as an element of a list, which is a byte there.
  mutating func append(_ value: Bool) throws(LakeError) {
    try sink.append((value ? ThriftKind.yes : .no).rawValue)
  }

  /// Words behind a structure, the lowest byte first, which are none of its fields.
  mutating func append(raw words: [UInt32]) throws(LakeError) {
    for word in words { try sink.append(littleEndian: word) }
  }

  private mutating func header(_ id: Int, _ kind: ThriftKind) throws(LakeError) {
    let delta = id - (lastIDs.last ?? 0)
    if delta > 0, delta <= 15 {
      try sink.append(UInt8(delta << 4) | kind.rawValue)
    } else {
      try sink.append(kind.rawValue)
      try zigzag(Int64(id))
    }
    lastIDs[lastIDs.count - 1] = id
  }

  private mutating func zigzag(_ value: Int64) throws(LakeError) {
    try varint(UInt64(bitPattern: value &<< 1 ^ value &>> 63))
  }

  private mutating func varint(_ value: UInt64) throws(LakeError) {
    try sink.appendVarint(value)
  }
}

extension ByteSink {
  /// Seven bits a byte, the lowest first.
  mutating func appendVarint(_ value: UInt64) throws(LakeError) {
    var rest = value
    while rest >= 0x80 {
      try append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    try append(UInt8(truncatingIfNeeded: rest))
  }

  /// Zigzag: small numbers of either sign become small.
  mutating func appendZigzag(_ value: Int64) throws(LakeError) {
    try appendVarint(UInt64(bitPattern: value &<< 1 ^ value &>> 63))
  }

  /// Four bytes, the lowest first.
  mutating func append(littleEndian value: UInt32) throws(LakeError) {
    var bytes = value.littleEndian
    try withUnsafeBytes(of: &bytes) { raw throws(LakeError) in
      if let base = raw.baseAddress { try append(base, count: 4) }
    }
  }
}
