import CFuzzer
import FuzzSupport
import LakeCore
import LakeFormats

/// CSV from strangers. The first byte is the size of chunks, the second what is said about the
/// file instead of being found by looking, the rest the file:
///
/// 1. It is inferred and read, by what was inferred and by an odd schema, whole and in small
///    chunks: both give the same records, rejects and types.
/// 2. What was inferred reads every record but those that it counts as standing against it.
@_cdecl("FuzzCSV_main")
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
  guard let data, size >= 2, size <= 16 << 10 else { return 0 }
  do {
    let file = MemoryFile(UnsafeBufferPointer(start: data + 2, count: size - 2))
    var csv = CSVReadOptions()
    if data[1] & 1 != 0 { csv.hasHeader = data[1] & 2 != 0 }
    if data[1] & 4 != 0 { csv.delimiter = UInt8(ascii: ";") }
    if data[1] & 8 != 0 { csv.nullText = "NA" }
    let format: TextFormat = data[1] & 16 != 0 ? .tsv : .csv
    let text = try TextFile(file, as: format, csv: csv, libraries: CodecLibraries())
    // A file of many chunks is the slower, the smaller they are.
    try check(text, target: max(Int(data[0]), size / 256 + 1))
  } catch let error as LakeError where error.code != .internal {
    return 0
  } catch {
    fatalError("\(error)")
  }
  return 0
}

private let oddTypes: [DataType] = [
  .tinyint, .decimal(precision: 20, scale: 3), .varbinary, .date, .timestamp, .boolean, .real,
  .uuid, .time, .json, .smallint,
]

private func scan(_ file: TextFile, target: Int, _ policy: ErrorPolicy) -> TextScan {
  var scan = TextScan(files: [file])
  scan.sizes.target = target
  scan.onError = policy
  return scan
}

private func check(_ file: TextFile, target: Int) throws {
  let inferred = try scan(file, target: 1 << 20, .reject).infer(on: fuzzPool)
  guard "\(try scan(file, target: target, .reject).infer(on: fuzzPool))" == "\(inferred)" else {
    fatalError("inference depends on the size of chunks")
  }
  let odd = Schema(
    inferred.schema.fields.enumerated().map { index, field in
      Field(field.name, oddTypes[index % oddTypes.count])
    })
  let outliers = inferred.columns.reduce(0) { $0 + $1.outlierCount }
  for (schema, policy) in [
    (inferred.schema, ErrorPolicy.reject), (odd, .reject), (odd, .null),
  ] {
    let whole = scan(file, target: 1 << 20, policy)
    let outcome = try read(whole, schema)
    guard outcome == (try read(scan(file, target: target, policy), schema)) else {
      fatalError("reading depends on the size of chunks")
    }
    let mismatches = outcome.rejects.count { $0.reason.contains("which cannot hold") }
    if schema == inferred.schema, mismatches > outliers {
      fatalError("what was inferred does not read the records")
    }
    if policy == .null, mismatches > 0 { fatalError("a value that does not fit is not null") }
  }
}

private func read(_ scan: TextScan, _ schema: Schema) throws -> Outcome {
  var outcome = Outcome()
  outcome.summary = try scan.run(
    on: fuzzPool, makeDecoder: try scan.decoderFactory(schema: schema),
    transform: { (batch: Batch) -> [String] in
      for column in batch.columns { try column.checkInvariants() }
      return (0..<batch.rowCount).map { row in "\(batch.columns.map { $0.value(at: row) })" }
    },
    consume: { outcome.rows += $0 },
    reject: { outcome.rejects.append($0) })
  return outcome
}
