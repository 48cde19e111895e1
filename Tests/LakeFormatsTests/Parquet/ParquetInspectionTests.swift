import Foundation
import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

@Suite("Looking into Parquet files")
struct ParquetInspectionTests {
  /// Numbers in a column and texts in lists, in row groups of 100 rows and pages of 40.
  private static func sample() throws -> [UInt8] {
    let schema = Schema([Field("n", .bigint), Field("words", .array(.varchar))])
    let numbers = (0..<250).map { Value.int($0 % 10 == 3 ? -Int64($0) : Int64($0)) }
    let words = (0..<250).map { row in
      row % 5 == 0 ? Value.null : Value.list([.string("w\(row)"), .null])
    }
    var options = ParquetWriteOptions()
    options.rowGroupRowsMax = 100
    options.pageRowsMax = 40
    let batch = Batch(
      columns: [
        try ColumnVector.of(.bigint, numbers), try ColumnVector.of(.array(.varchar), words),
      ], rowCount: 250)
    return try ParquetTrip.write(schema, [batch], options).bytes
  }

  private static func walk(_ path: String) throws(LakeError) -> ParquetPageWalk {
    try ParquetPageWalk(
      try LocalFileSystem().openForReading(path), libraries: CodecLibraries(), tracker: nil,
      cancellation: nil)
  }

  @Test func pagesTellTheirRowsBoundsAndChecksums() throws {
    let folder = try TemporaryDirectory()
    let walk = try Self.walk(try folder.write(try Self.sample(), to: "a.parquet"))
    #expect(walk.faults.isEmpty)
    #expect(walk.pages.allSatisfy { $0.checksum == .right })
    let numbers = walk.pages.filter { $0.column == "n" && $0.kind == "data" }
    #expect(numbers.map(\.rowGroup) == [0, 0, 0, 1, 1, 1, 2, 2])
    #expect(numbers.map(\.firstRow) == [0, 40, 80, 0, 40, 80, 0, 40])
    #expect(numbers.map(\.valueCount) == [40, 40, 20, 40, 40, 20, 40, 10])
    #expect(numbers.map(\.nullCount) == Array(repeating: 0, count: 8))
    #expect(numbers[1].minimum == .int(-73) && numbers[1].maximum == .int(79))
    let words = walk.pages.filter { $0.column == "words.list.element" && $0.kind == "data" }
    // Of five rows one is null, and of each list of two one element.
    #expect(words.first?.valueCount == 8 + 32 * 2)
    #expect(words.first?.nullCount == 8 + 32)
    #expect(words.map(\.firstRow) == numbers.map(\.firstRow))
  }

  @Test func aWrongByteIsAWrongChecksum() throws {
    let folder = try TemporaryDirectory()
    var bytes = try Self.sample()
    let sound = try Self.walk(try folder.write(bytes, to: "a.parquet"))
    let page = try #require(sound.pages.first)
    bytes[page.offset + page.headerBytes] ^= 1
    let torn = try Self.walk(try folder.write(bytes, to: "b.parquet"))
    #expect(torn.pages.first?.checksum == .wrong)
    #expect(torn.pages.count == sound.pages.count)
  }

  @Test(arguments: 0..<30)
  func flippedBitsNeverCrash(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    let sound = try Self.sample()
    let folder = try TemporaryDirectory()
    for _ in 0..<40 {
      var bytes = sound
      // The end of the file has what says where everything is.
      let from = random.below(2) == 0 ? 0 : bytes.count * 3 / 4
      for _ in 0..<(1 + random.below(4)) {
        bytes[from + random.below(bytes.count - from)] ^= 1 << UInt8(random.below(8))
      }
      let path = try folder.write(bytes, to: "a.parquet")
      do throws(LakeError) {
        let walk = try Self.walk(path)
        #expect(walk.faults.allSatisfy { $0.code != .internal })
      } catch {
        #expect(error.code != .internal, "\(error)")
      }
    }
  }
}
