import Foundation
import LakeCore
import LakeFormats
import LakeTables
import LakeTestSupport
import Testing

/// The rows that deletion vectors name, in every form that the format has for them.
@Suite("Deletion vectors")
struct DeletedRowsTests {
  /// Little-endian.
  private static func bytes(_ value: Int, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private static func vector(_ bitmaps: [[UInt8]]) -> [UInt8] {
    bytes(1_681_511_377, 4) + bytes(bitmaps.count, 8) + bitmaps.flatMap { $0 }
  }

  /// A bitmap without ranges: for each container its key, how many numbers it has, its bytes.
  private static func plain(_ high: Int, _ parts: [(Int, Int, [UInt8])]) -> [UInt8] {
    bytes(high, 4) + bytes(12346, 4) + bytes(parts.count, 4)
      + parts.flatMap { bytes($0.0, 2) + bytes($0.1 - 1, 2) }
      + parts.flatMap { _ in bytes(0, 4) } + parts.flatMap { $0.2 }
  }

  private static func ranges(_ count: Int, _ ranges: [(Int, Int)]) -> [UInt8] {
    bytes(0, 4) + bytes(12347, 4) + [1] + bytes(0, 2) + bytes(count - 1, 2)
      + bytes(ranges.count, 2) + ranges.flatMap { bytes($0.0, 2) + bytes($0.1 - $0.0, 2) }
  }

  private static func numbers(_ numbers: [Int]) -> [UInt8] { numbers.flatMap { bytes($0, 2) } }

  private func kept(_ rows: DeletedRows, _ range: Range<Int>) throws -> [Int] {
    guard let selection = try rows.selection(of: range, nil) else { return Array(range) }
    return selection.indices.map { range.lowerBound + Int($0) }
  }

  @Test func numbersBitsAndRangesAreRead() throws {
    var words = [UInt8](repeating: 0, count: 8192)
    for number in stride(from: 0, to: 65536, by: 2) { words[number / 8] |= 1 << (number % 8) }
    let rows = try DeletedRows(
      bytes: Self.vector([
        Self.plain(0, [(0, 3, Self.numbers([1, 5, 65535])), (1, 32768, words)]),
        Self.plain(1, [(2, 1, Self.numbers([7]))]),
      ]))
    #expect(rows.count == 32772)
    #expect(rows.end == 1 << 32 + 2 << 16 + 8)
    #expect(try kept(rows, 0..<7) == [0, 2, 3, 4, 6])
    #expect(try kept(rows, 65533..<65541) == [65533, 65534, 65537, 65539])
    #expect(try kept(rows, 200_000..<200_003) == [200_000, 200_001, 200_002])
    let last = 1 << 32 + 2 << 16 + 7
    #expect(try kept(rows, last..<(last + 2)) == [last + 1])
    let runs = try DeletedRows(
      bytes: Self.vector([Self.ranges(6, [(2, 4), (10, 12)])]))
    #expect(runs.count == 6)
    #expect(try kept(runs, 0..<14) == [0, 1, 5, 6, 7, 8, 9, 13])
    #expect(try kept(runs, 11..<12) == [])
    #expect(try DeletedRows(bytes: Self.vector([])).count == 0)
  }

  @Test func damageIsAnErrorAndNeverACrash() throws {
    let whole = Self.vector([Self.plain(0, [(0, 3, Self.numbers([1, 5, 9]))])])
    for count in 0..<whole.count {
      #expect(throws: LakeError.self) { try DeletedRows(bytes: Array(whole.prefix(count))) }
    }
    var random = SeededRandom(seed: 7)
    for _ in 0..<5000 {
      var bytes = whole + Self.vector([Self.ranges(6, [(2, 4), (10, 12)])])
      for _ in 0...random.below(3) {
        bytes[random.below(bytes.count)] = UInt8(random.below(256))
      }
      if let rows = try? DeletedRows(bytes: bytes) { _ = try rows.selection(of: 0..<100, nil) }
    }
    for bad in [
      Self.plain(0, [(0, 2, Self.numbers([5, 5]))]),
      Self.plain(0, [(0, 1, Self.numbers([5])), (0, 1, Self.numbers([6]))]),
      Self.ranges(6, [(10, 12), (2, 4)]), Self.ranges(6, [(2, 5), (5, 6)]),
    ] {
      #expect(throws: LakeError.self) { try DeletedRows(bytes: Self.vector([bad])) }
    }
  }

  // MARK: - Where they lie

  private func snapshot(
    _ descriptor: String, in directory: TemporaryDirectory
  ) throws -> Snapshot {
    let lines = [
      """
      {"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["deletionVectors"],\
      "writerFeatures":["deletionVectors"]}}
      """,
      """
      {"metaData":{"id":"x","format":{"provider":"parquet","options":{}},\
      "schemaString":"{\\"type\\":\\"struct\\",\\"fields\\":[]}","partitionColumns":[],\
      "configuration":{}}}
      """,
      """
      {"add":{"path":"a","partitionValues":{},"size":1,"modificationTime":1,"dataChange":true,\
      "stats":"{\\"numRecords\\":10}","deletionVector":\(descriptor)}}
      """,
    ]
    try FileManager.default.createDirectory(
      atPath: directory.file("_delta_log"), withIntermediateDirectories: true)
    try directory.write(
      lines.joined(separator: "\n"), to: "_delta_log/" + LogFileName.entry(0))
    let table = try #require(
      try ForeignTable(at: directory.path, in: LocalFileSystem()))
    return try table.snapshot()
  }

  private func rows(_ snapshot: Snapshot) throws -> DeletedRows {
    try DeletedRows(
      try #require(snapshot.files[0].deletionVector), root: snapshot.root, in: LocalFileSystem(),
      CodecLibraries())
  }

  /// The rows 3, 4, 7, 11, 18, 29.
  private static let inline = "^Bg9^0rr910000000000iXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L"

  @Test func aVectorInTheLogIsRead() throws {
    let directory = try TemporaryDirectory()
    let snapshot = try snapshot(
      #"{"storageType":"i","pathOrInlineDv":"\#(Self.inline)","sizeInBytes":44,"cardinality":6}"#,
      in: directory)
    #expect(snapshot.rowCount == 4)
    let rows = try rows(snapshot)
    #expect(try kept(rows, 0..<12) == [0, 1, 2, 5, 6, 8, 9, 10])
    #expect(rows.end == 30)
  }

  private static func descriptor(
    _ storage: String, _ content: String, _ place: String
  ) -> String {
    #"{"storageType":"\#(storage)","pathOrInlineDv":"\#(content)",\#(place)}"#
  }

  @Test(
    arguments: [
      descriptor("i", inline, #""sizeInBytes":44,"cardinality":5"#),
      descriptor("i", "wi5b=", #""sizeInBytes":40,"cardinality":6"#),
      descriptor("i", "~~~~~", #""sizeInBytes":4,"cardinality":6"#),
      descriptor("u", "../../ab^-aqEH.-t@S}K{vb[*k^", #""sizeInBytes":4,"cardinality":6"#),
      descriptor("u", "short", #""sizeInBytes":4,"cardinality":6"#),
      descriptor("u", "ab^-aqEH.-t@S}K{vb[*k^", #""sizeInBytes":4,"cardinality":6"#),
      descriptor("p", "/etc/passwd", #""sizeInBytes":4,"cardinality":6"#),
      descriptor("p", "file:///etc/passwd", #""sizeInBytes":4,"cardinality":6"#),
    ])
  func whatIsNoVectorOrElsewhereIsRefused(descriptor: String) throws {
    let directory = try TemporaryDirectory()
    let snapshot = try snapshot(descriptor, in: directory)
    let error = #expect(throws: LakeError.self) { try rows(snapshot) }
    #expect(error?.code == .corruptData || error?.code == .notFound)
  }

  @Test(
    arguments: [
      #"{"storageType":"x","pathOrInlineDv":"a","sizeInBytes":4,"cardinality":6}"#,
      #"{"storageType":"i","pathOrInlineDv":"a","sizeInBytes":-4,"cardinality":6}"#,
      #"{"storageType":"u","pathOrInlineDv":"a","offset":-1,"sizeInBytes":4,"cardinality":6}"#,
      #"{"storageType":"u"}"#,
    ])
  func aDescriptorThatIsNoneIsDamage(descriptor: String) throws {
    let directory = try TemporaryDirectory()
    let error = #expect(throws: LakeError.self) { try snapshot(descriptor, in: directory) }
    #expect(error?.code == .corruptData)
  }

  /// The directory is the first two letters of the name.
  @Test func aVectorInAFileIsReadAndItsChecksumLookedAt() throws {
    let directory = try TemporaryDirectory()
    let vector = Self.vector([Self.plain(0, [(0, 2, Self.numbers([1, 5]))])])
    let sum = vector.withUnsafeBytes { bytes in
      bytes.baseAddress.map { CodecLibraries().checksum(ByteView($0, count: bytes.count)) } ?? 0
    }
    func file(_ sum: UInt32) -> Data {
      Data(
        [1] + Self.bytes(vector.count, 4).reversed() + vector + Self.bytes(Int(sum), 4).reversed())
    }
    let name = "ab/deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin"
    try FileManager.default.createDirectory(
      atPath: directory.file("ab"), withIntermediateDirectories: true)
    try file(sum).write(to: URL(fileURLWithPath: directory.file(name)))
    let place = #""offset":1,"sizeInBytes":\#(vector.count),"cardinality":2}"#
    let snapshot = try snapshot(
      #"{"storageType":"u","pathOrInlineDv":"ab^-aqEH.-t@S}K{vb[*k^",\#(place)"#, in: directory)
    #expect(try kept(try rows(snapshot), 0..<6) == [0, 2, 3, 4])
    let absolute = try self.snapshot(
      #"{"storageType":"p","pathOrInlineDv":"file://\#(snapshot.root)/\#(name)",\#(place)"#,
      in: directory)
    #expect(try rows(absolute).count == 2)
    try file(sum ^ 1).write(to: URL(fileURLWithPath: directory.file(name)))
    let error = #expect(throws: LakeError.self) { try rows(snapshot) }
    #expect(error?.message.contains("checksum") == true)
  }
}
