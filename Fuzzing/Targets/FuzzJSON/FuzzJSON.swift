import CFuzzer
import FuzzSupport
import LakeCore
import LakeFormats

/// JSON from strangers. The first byte is the size of chunks, the rest a file:
///
/// 1. It is inferred and read, by what was inferred and by an odd schema, whole and in small
///    chunks: both give the same records, rejects and types.
/// 2. What was inferred reads every record but those that it counts as standing against it.
/// 3. The strict validator takes nothing that the reader refuses, where the file is one object.
@_cdecl("FuzzJSON_main")
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
  guard let data, size >= 1, size <= 16 << 10 else { return 0 }
  do {
    let file = MemoryFile(UnsafeBufferPointer(start: data + 1, count: size - 1))
    // A file of many chunks is the slower, the smaller they are.
    let target = max(Int(data[0]), size / 256 + 1)
    try check(try TextFile(file, as: .json, libraries: CodecLibraries()), target: target)
    try checkDocument(file)
  } catch let error as LakeError where error.code == .limitExceeded || error.code == .unsupported {
    // Too many keys, or text in UTF-16, which is refused when a file is opened.
    return 0
  } catch {
    fatalError("\(error)")
  }
  return 0
}

private let oddSchema = Schema([
  Field("a", .tinyint), Field("b", .decimal(precision: 20, scale: 3)), Field("c", .varbinary),
  Field("d", .map(key: .varchar, value: .array(.map(key: .varchar, value: .real)))),
  Field("e", .row([Field("a", .timestamp), Field("b", .array(.row([Field("x", .uuid)])))])),
  Field("f", .json), Field("A", .date), Field("", .time), Field("g", .unseen),
  Field("h", .array(.array(.boolean))),
])

private func scan(_ file: TextFile, target: Int) -> TextScan {
  var scan = TextScan(files: [file])
  scan.sizes.target = target
  return scan
}

private func check(_ file: TextFile, target: Int) throws {
  let (whole, parts) = (scan(file, target: 1 << 20), scan(file, target: target))
  let inferred = try JSONReader.infer(whole, on: fuzzPool)
  guard "\(try JSONReader.infer(parts, on: fuzzPool))" == "\(inferred)" else {
    fatalError("inference depends on the size of chunks")
  }
  for (schema, policy) in [
    (inferred.schema, ErrorPolicy.reject), (oddSchema, .reject), (oddSchema, .null),
  ] {
    let outcome = try read(whole, schema, policy, batchRows: 2048)
    guard outcome == (try read(parts, schema, policy, batchRows: 3)) else {
      fatalError("reading depends on the size of chunks")
    }
    let mismatches = outcome.rejects.count { $0.reason.contains("which cannot hold") }
    guard outcome.summary[0].recordCount + mismatches == inferred.recordCount else {
      fatalError("inference and reading find different records")
    }
    if policy == .null, mismatches > 0 { fatalError("a value that does not fit is not null") }
    if schema == inferred.schema, mismatches > outliers(inferred.columns) {
      fatalError("what was inferred does not read the records")
    }
  }
}

/// Values that stand against their types, at all levels.
private func outliers(_ members: [TypeEvidence.Member]) -> Int {
  members.reduce(0) { $0 + outliers($1.evidence) }
}

private func outliers(_ evidence: TypeEvidence) -> Int {
  let inner = evidence.element.first.map(outliers) ?? 0
  return evidence.decision.outlierCount + inner + outliers(evidence.members)
}

private func read(
  _ scan: TextScan, _ schema: Schema, _ policy: ErrorPolicy, batchRows: Int
) throws -> Outcome {
  var options = JSONReadOptions()
  options.batchRows = batchRows
  options.onError = policy
  var outcome = Outcome()
  outcome.summary = try scan.run(
    on: fuzzPool,
    makeDecoder: { [options] in try JSONReader.makeDecoder(schema: schema, options: options) },
    transform: { (batch: Batch) -> [String] in
      for column in batch.columns { try column.checkInvariants() }
      return (0..<batch.rowCount).map { row in "\(batch.columns.map { $0.value(at: row) })" }
    },
    consume: { outcome.rows += $0 },
    reject: { outcome.rejects.append($0) })
  return outcome
}

private func checkDocument(_ file: MemoryFile) throws {
  let isValid = file.bytes.withUnsafeBytes { JSONDocument.validate($0) } == nil
  guard isValid, file.bytes.first == UInt8(ascii: "{") else { return }
  let text = try TextFile(file, as: .json, libraries: CodecLibraries())
  let structured: Bool
  if case .json(let format) = text.format {
    structured = format.layout != .newlineDelimited
  } else {
    structured = false
  }
  guard structured else { return }
  let outcome = try read(scan(text, target: 1 << 20), Schema([]), .reject, batchRows: 16)
  guard outcome.rejects.isEmpty, outcome.summary[0].recordCount == 1 else {
    fatalError("the validator takes what the reader refuses")
  }
}
