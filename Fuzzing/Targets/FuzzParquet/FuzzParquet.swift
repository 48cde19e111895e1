import CFuzzer
import FuzzSupport
import LakeCore
import LakeFormats

/// Bytes from strangers as a Parquet file: whatever can be read keeps the promises of vectors, and
/// is the same again. An error says what is wrong and is none of the program's own.
@_cdecl("FuzzParquet_main")
public func runFuzzer(
  _ argumentCount: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  var argumentCount = argumentCount
  var arguments = arguments
  return LLVMFuzzerRunDriver(&argumentCount, &arguments, testOneInput)
}

/// Also found by this name by libFuzzer's own start-up code.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  guard let data, size > 0 else { return 0 }
  let file = MemoryFile(UnsafeBufferPointer(start: data, count: size))
  do {
    try readAll(file)
  } catch {
    let isBug = (error as? LakeError)?.code == .internal
    guard !isBug else { fatalError("\(error)") }
  }
  return 0
}

private let libraries = CodecLibraries()
/// Batches that are looked at: a page of a few bytes may stand for a billion nulls.
private let batchesMax = 8

private struct Enough: Error {}

private func readAll(_ file: MemoryFile) throws {
  let tracker = MemoryTracker(name: "fuzz", limit: 256 << 20)
  let parquet = try ParquetFile.open(file, libraries: libraries, tracker: tracker)
  for (index, group) in parquet.rowGroups.enumerated().prefix(batchesMax) {
    for column in 0..<parquet.schema.count {
      _ = group.statistics(column: column)
      var batches = 0
      do {
        try parquet.read(rowGroup: index, columns: [column]) { batch in
          for column in batch.columns { try column.checkInvariants() }
          batches += 1
          if batches == batchesMax { throw Enough() }
        }
      } catch is Enough {
        continue
      } catch {
        if (error as? LakeError)?.code == .internal { throw error }
      }
    }
  }
}
