import Foundation
import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

@Suite("Parquet that is damaged")
struct ParquetDamageTests {
  /// A file of many types and some row groups.
  private static func sample(_ options: ParquetWriteOptions) throws -> [UInt8] {
    var random = SeededRandom(seed: 5)
    let types: [DataType] = [
      .bigint, .varchar, .boolean, .double, .decimal(precision: 30, scale: 3), .time,
      .array(.array(.varchar)), .map(key: .varchar, value: .bigint),
      .row([Field("a", .smallint), Field("b", .array(.uuid))]),
    ]
    let schema = Schema(types.enumerated().map { Field("c\($0)", $1) })
    let columns = try types.map { type in
      try ColumnVector.of(type, (0..<120).map { _ in random.value(type) })
    }
    return try ParquetTrip.write(schema, [Batch(columns: columns, rowCount: 120)], options).bytes
  }

  /// Reads all of a file, which must end with an error or well.
  @discardableResult
  static func readAll(_ path: String) -> LakeError? {
    do {
      let tracker = MemoryTracker(name: "test", limit: 1 << 30)
      let file = try ParquetFile.open(
        path, in: LocalFileSystem(), libraries: CodecLibraries(), tracker: tracker)
      for (index, group) in file.rowGroups.enumerated() {
        for column in 0..<file.schema.count { _ = group.statistics(column: column) }
        try file.read(rowGroup: index, columns: Array(0..<file.schema.count)) { batch in
          for column in batch.columns { try column.checkInvariants() }
        }
      }
      return nil
    } catch {
      return error as? LakeError ?? LakeError(.internal, "\(error)")
    }
  }

  @Test(arguments: 0..<24)
  func flippedBitsNeverCrash(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    var options = ParquetWriteOptions()
    options.codec = seed % 3 == 0 ? .gzip : .none
    options.rowGroupRowsMax = 50
    options.pageBytes = random.pick([50, 1 << 20])
    let sound = try Self.sample(options)
    let folder = try TemporaryDirectory()
    for _ in 0..<25 {
      var bytes = sound
      for _ in 0..<(1 + random.below(4)) {
        bytes[random.below(bytes.count)] ^= 1 << UInt8(random.below(8))
      }
      let error = Self.readAll(try folder.write(bytes, to: "a.parquet"))
      #expect(error?.code != .internal, "\(String(describing: error))")
    }
  }

  @Test func truncatedFilesAreRefused() throws {
    let sound = try Self.sample(ParquetWriteOptions())
    let folder = try TemporaryDirectory()
    for count in stride(from: 0, to: sound.count, by: 37) {
      let path = try folder.write(Array(sound[..<count]), to: "a.parquet")
      #expect(Self.readAll(path)?.code == .corruptData)
    }
  }

  /// Files of other programs, in all encodings and codecs, with a few wrong bits.
  @Test(
    .enabled(if: !files.isEmpty, "skipped: ../shared/data/parquet is not there"),
    arguments: files.filter { $0.contains("/good/") && !$0.contains("large_string_map") })
  func flippedBitsOfForeignFilesNeverCrash(path: String) throws {
    let sound = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    guard sound.count < 200_000 else { return }
    var random = SeededRandom(seed: UInt64(sound.count))
    let folder = try TemporaryDirectory()
    for round in 0..<40 {
      var bytes = sound
      // The footer is as likely to be hit as all of the pages.
      let first = round % 2 == 0 ? 0 : max(0, bytes.count - 600)
      for _ in 0..<(1 + random.below(3)) {
        bytes[first + random.below(bytes.count - first)] ^= 1 << UInt8(random.below(8))
      }
      let error = Self.readAll(try folder.write(bytes, to: "a.parquet"))
      #expect(error?.code != .internal, "\(String(describing: error))")
    }
    for count in stride(from: 1, to: sound.count, by: max(1, sound.count / 20)) {
      #expect(Self.readAll(try folder.write(Array(sound[..<count]), to: "a.parquet")) != nil)
      let cut = Array(sound[..<4] + sound[count...])
      #expect(Self.readAll(try folder.write(cut, to: "a.parquet"))?.code != .internal)
    }
  }

  private static let findings = Repository.path("Fuzzing/FailCases/FuzzParquet")

  @Test func whatFuzzingFoundIsRefused() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.findings)
    #expect(!names.isEmpty)
    for name in names {
      let error = Self.readAll("\(Self.findings)/\(name)")
      #expect(error != nil && error?.code != .internal, "\(name): \(String(describing: error))")
    }
  }

  /// A cut in the middle keeps the footer right and the pages wrong.
  @Test func missingPagesAreRefused() throws {
    let sound = try Self.sample(ParquetWriteOptions())
    let folder = try TemporaryDirectory()
    for cut in stride(from: 8, to: sound.count - 200, by: 53) {
      let path = try folder.write(Array(sound[..<4] + sound[cut...]), to: "a.parquet")
      #expect(Self.readAll(path) != nil)
    }
  }

  @Test func anErrorNamesFileColumnRowGroupAndPlace() throws {
    var options = ParquetWriteOptions()
    options.rowGroupRowsMax = 4
    options.hasPageIndex = false
    let schema = Schema([Field("a", .bigint), Field("b", .varchar)])
    let numbers = try ColumnVector.of(.bigint, (0..<8).map { .int($0) })
    let texts = try ColumnVector.of(.varchar, (0..<8).map { .string("text \($0)") })
    var bytes = try ParquetTrip.write(
      schema, [Batch(columns: [numbers, texts], rowCount: 8)], options
    ).bytes
    let folder = try TemporaryDirectory()
    let path = try folder.write(bytes, to: "a.parquet")
    #expect(Self.readAll(path) == nil)
    // The last bytes before the footer are the checksum of the last page.
    let length = Int(bytes[bytes.count - 8]) | Int(bytes[bytes.count - 7]) << 8
    bytes[bytes.count - 8 - length - 6] ^= 0xFF
    let error = try #require(Self.readAll(try folder.write(bytes, to: "a.parquet")))
    #expect(error.code == .corruptData)
    #expect(error.message.hasPrefix("column b of row group 1: "), "\(error.message)")
    #expect(error.place?.path == path)
    #expect(error.place?.byteOffset != nil)
  }

  private static let folders = ["parquet/good", "parquet/bad", "hostile"].map {
    Repository.path("../shared/data/\($0)")
  }
  private static let files: [String] = folders.flatMap { folder in
    (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted()
      .filter { $0.hasSuffix(".parquet") || $0.hasSuffix(".bin") }.map { "\(folder)/\($0)" } ?? []
  }

  /// Whatever other programs wrote or broke: rows, or an error that says why not.
  @Test(
    .enabled(if: !files.isEmpty, "skipped: ../shared/data/parquet is not there"),
    arguments: files)
  func foreignFilesAreReadOrRefused(path: String) throws {
    let error = Self.readAll(path)
    #expect(error?.code != .internal, "\(String(describing: error))")
    // Indices of no bits at all are right where the dictionary has one value; pyarrow reads it too.
    let isSound = path.contains("/good/") || path.hasSuffix("/ARROW-GH-43605.parquet")
    if path.hasSuffix("/large_string_map.brotli.parquet") {
      // A text of a gigabyte, twice.
      #expect(error?.code == .limitExceeded)
    } else if isSound {
      #expect((error != nil) == path.hasSuffix("corrupt-checksum.parquet"))
    } else {
      #expect(error != nil)
    }
    if path.hasSuffix("/int96_from_spark.parquet") {
      let (_, columns) = try ParquetTrip.read(path)
      let times: [Int64] = [
        1_704_141_296_123_456, 1_704_070_800_000_000, 253_402_225_200_000_000,
        1_735_599_600_000_000,
      ]
      #expect(columns[0] == times.map { .int($0) } + [.null, .int(9_089_380_393_200_000_000)])
    }
  }
}
