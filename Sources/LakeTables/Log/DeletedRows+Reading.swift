import LakeCore
import LakeFormats

/// The layout, little-endian where nothing else is said:
///
///     file      version 1 · at each vector's offset: size (4, big-endian) · vector ·
///               CRC-32 (4, big-endian)
///     vector    magic (4) · number of bitmaps (8) · for each: high half (4) · bitmap
///     bitmap    cookie (4) · which containers are ranges (bits) or number of containers (4) ·
///               for each: high half (2), count less one (2) · offsets · containers
///     container up to 4,096 numbers (2 each), or 65,536 bits, or ranges: number (2), first and
///               length less one (2 each)
extension DeletedRows {
  private static let magic = 1_681_511_377

  /// The rows that a vector names. `root` is the directory of its table.
  package init(
    _ vector: DeletionVector, root: String, in fileSystem: any FileSystem,
    _ libraries: CodecLibraries
  ) throws(LakeError) {
    switch vector.storage {
    case .inline:
      guard let bytes = Z85.decode(vector.content), vector.byteCount <= bytes.count else {
        throw DeletedRows.damage("what stands in the log is no vector")
      }
      try self.init(bytes: Array(bytes.prefix(vector.byteCount)))
    case .relative, .absolute:
      let path = try DeletedRows.path(of: vector, root: root)
      do throws(LakeError) {
        try self.init(
          bytes: try DeletedRows.bytes(of: vector, in: path, fileSystem, libraries))
      } catch {
        throw error.located(at: .file(path))
      }
    }
    guard count == vector.rowCount else {
      throw DeletedRows.damage(
        "it names \(count) rows, and the log says \(vector.rowCount)")
    }
  }

  private static func damage(_ reason: String) -> LakeError {
    LakeError(
      .corruptData, "a deletion vector cannot be read: \(reason)",
      hint: "Restore the table's files from a copy.")
  }

  // MARK: - Files

  /// A file of a vector lies in the table, as all of its files do.
  private static func path(
    of vector: DeletionVector, root: String
  ) throws(LakeError) -> String {
    if vector.storage == .absolute { return try absolutePath(vector.content, root: root) }
    // A prefix of letters and digits is a directory, and a UUID in twenty digits follows.
    let prefix = vector.content.utf8.dropLast(20)
    guard vector.content.utf8.count >= 20,
      prefix.allSatisfy({ DeletedRows.isLetterOrDigit($0) }),
      let uuid = Z85.decode(String(decoding: vector.content.utf8.suffix(20), as: UTF8.self))
    else { throw damage("its file has no name") }
    let name = "deletion_vector_\(uuidText(uuid)).bin"
    let directory = String(decoding: prefix, as: UTF8.self)
    return Path.join(directory.isEmpty ? root : Path.join(root, directory), name)
  }

  private static func absolutePath(_ content: String, root: String) throws(LakeError) -> String {
    var path = Substring(content)
    for scheme in ["file://", "file:"] where path.hasPrefix(scheme) {
      path = path.dropFirst(scheme.count)
      break
    }
    guard path.hasPrefix(root + "/") else {
      throw LakeError(
        .corruptData, "the log names a deletion vector by a path that is refused, '\(content)'",
        hint: "Only files below the table's own directory are followed.")
    }
    return Path.join(root, try DataPath.decode(String(path.dropFirst(root.count + 1))))
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
  }

  private static func uuidText(_ bytes: [UInt8]) -> String {
    var text = ""
    for (index, byte) in bytes.enumerated() {
      if [4, 6, 8, 10].contains(index) { text += "-" }
      text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    return text
  }

  private static func bytes(
    of vector: DeletionVector, in path: String, _ fileSystem: any FileSystem,
    _ libraries: CodecLibraries
  ) throws(LakeError) -> [UInt8] {
    let file = try fileSystem.openForReading(path)
    let offset = vector.offset ?? 1
    let size = try file.status().size
    let (end, overflow) = offset.addingReportingOverflow(vector.byteCount)
    guard !overflow, end <= size - 8 else { throw damage("its file is shorter than the log says") }
    let buffer = try Buffer(byteCount: vector.byteCount + 8)
    let got = try file.read(into: buffer.base, count: vector.byteCount + 8, at: offset)
    guard got == vector.byteCount + 8 else { throw damage("its file became shorter") }
    let raw = UnsafeRawPointer(buffer.base)
    let stated = UInt32(bigEndian: raw.loadUnaligned(as: UInt32.self))
    let sum = UInt32(
      bigEndian: raw.loadUnaligned(fromByteOffset: vector.byteCount + 4, as: UInt32.self))
    guard Int(stated) == vector.byteCount else { throw damage("its size is not that of the log") }
    let content = ByteView(raw + 4, count: vector.byteCount)
    guard libraries.checksum(content) == sum else { throw damage("its checksum is wrong") }
    return Array(UnsafeRawBufferPointer(start: raw + 4, count: vector.byteCount))
  }

  // MARK: - Bitmaps

  /// A vector as it lies in its file.
  package init(bytes: [UInt8]) throws(LakeError) {
    self.init()
    var reader = Reader(bytes: bytes)
    guard try reader.integer(4) == DeletedRows.magic else {
      throw DeletedRows.damage("it does not begin as one")
    }
    let bitmaps = try reader.integer(8)
    guard bitmaps >= 0, bitmaps <= bytes.count / 8 else {
      throw DeletedRows.damage("it has \(bitmaps) bitmaps")
    }
    for _ in 0..<bitmaps {
      let high = try reader.integer(4)
      for (key, container) in try reader.bitmap() {
        // Safe: both halves are below 2^32 and 2^16.
        guard add(container, at: high << 16 + key) else {
          throw DeletedRows.damage("a part of it stands twice, or is empty")
        }
      }
    }
  }

  private struct Reader {
    let bytes: [UInt8]
    var next = 0

    mutating func integer(_ size: Int) throws(LakeError) -> Int {
      guard bytes.count - next >= size else { throw DeletedRows.damage("it is too short") }
      var value: UInt64 = 0
      for index in 0..<size { value |= UInt64(bytes[next + index]) << UInt64(8 * index) }
      next += size
      guard let value = Int(exactly: value) else { throw DeletedRows.damage("it is too large") }
      return value
    }

    private mutating func short() throws(LakeError) -> UInt16 {
      UInt16(truncatingIfNeeded: try integer(2))
    }

    mutating func bitmap() throws(LakeError) -> [(Int, Container)] {
      let cookie = try integer(4)
      var (count, rangeFlags): (Int, [UInt8]) = (0, [])
      if cookie & 0xFFFF == 12347 {
        count = cookie >> 16 + 1
        for _ in 0..<((count + 7) / 8) { rangeFlags.append(UInt8(try integer(1))) }
      } else if cookie == 12346 {
        count = try integer(4)
      } else {
        throw DeletedRows.damage("a bitmap does not begin as one")
      }
      guard count <= 1 << 16 else { throw DeletedRows.damage("a bitmap has \(count) parts") }
      var heads: [(key: Int, size: Int)] = []
      for _ in 0..<count { heads.append((try integer(2), try integer(2) + 1)) }
      // Where the containers lie is told by their sizes too.
      if rangeFlags.isEmpty || count >= 4 {
        for _ in 0..<count { _ = try integer(4) }
      }
      var containers: [(Int, Container)] = []
      for (index, head) in heads.enumerated() {
        let isRanges = !rangeFlags.isEmpty && rangeFlags[index / 8] >> (index % 8) & 1 == 1
        containers.append((head.key, try container(head.size, isRanges: isRanges)))
      }
      return containers
    }

    private mutating func container(
      _ size: Int, isRanges: Bool
    ) throws(LakeError) -> Container {
      if isRanges { return .ranges(try ranges()) }
      if size > 4096 {
        var words: [UInt64] = []
        for _ in 0..<1024 {
          let (low, high) = (UInt64(try integer(4)), UInt64(try integer(4)))
          words.append(low | high << 32)
        }
        return .bits(words)
      }
      var numbers: [UInt16] = []
      for _ in 0..<size {
        let number = try short()
        if let last = numbers.last, number <= last {
          throw DeletedRows.damage("its numbers do not ascend")
        }
        numbers.append(number)
      }
      return .numbers(numbers)
    }

    private mutating func ranges() throws(LakeError) -> [ClosedRange<UInt16>] {
      var ranges: [ClosedRange<UInt16>] = []
      for _ in 0..<(try integer(2)) {
        let (first, length) = (try short(), try short())
        let (last, overflow) = first.addingReportingOverflow(length)
        guard !overflow, ranges.last.map({ $0.upperBound < first }) ?? true else {
          throw DeletedRows.damage("its ranges do not ascend")
        }
        ranges.append(first...last)
      }
      return ranges
    }
  }
}
