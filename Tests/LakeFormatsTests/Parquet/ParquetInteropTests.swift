import Foundation
import LakeCore
import LakeFormats
import LakeTestSupport
import Testing

/// Another program's reader and writer of Parquet: pyarrow, where it is installed.
/// `LAKE_TEST_PYTHON` names the Python that has it.
enum PyArrow {
  static let python =
    ProcessInfo.processInfo.environment["LAKE_TEST_PYTHON"] ?? "python3"

  static let isThere: Bool = {
    let check = run("-c 'import pyarrow'", in: "/")
    return check?.exitCode == 0
  }()

  static func run(_ arguments: String, in directory: String) -> ShellCommand.Result? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return try? ShellCommand(
      "\(python) \(arguments)", in: directory, environment: ["PATH": path], secondsMax: 120
    ).run()
  }

  static let script = Repository.path("Tests/Interop/parquet_interop.py")
}

@Suite(
  "Parquet and pyarrow",
  .enabled(if: PyArrow.isThere, "skipped: there is no Python with pyarrow (LAKE_TEST_PYTHON)"))
struct ParquetInteropTests {
  private static let types: [DataType] =
    SeededRandom.scalarTypes.filter { ParquetTrip.isWritable($0) } + [
      .unseen, .decimal(precision: 18, scale: 4), .array(.bigint), .array(.array(.varchar)),
      .map(key: .varchar, value: .double), .map(key: .bigint, value: .array(.date)),
      .row([Field("a", .integer), Field("b", .row([Field("c", .varchar)]))]),
      .array(.row([Field("a", .array(.boolean)), Field("b", .real)])),
    ]

  @Test(arguments: ["gzip", "none", "small pages"])
  func whatIsWrittenIsReadByPyArrow(shape: String) throws {
    var random = SeededRandom(seed: 11)
    let schema = Schema(Self.types.enumerated().map { Field("c\($0)", $1) })
    var options = ParquetWriteOptions()
    options.rowGroupRowsMax = 400
    options.codec = shape == "none" ? .none : .gzip
    if shape == "small pages" { options.pageBytes = 200 }
    var batches: [Batch] = []
    var expected: [[Value]] = schema.fields.map { _ in [] }
    for _ in 0..<4 {
      var columns: [ColumnVector] = []
      for (index, field) in schema.fields.enumerated() {
        let values = random.values(field.type, count: 300)
        expected[index] += values
        columns.append(try random.vector(field.type, values))
      }
      batches.append(Batch(columns: columns, rowCount: 300))
    }
    let (bytes, _) = try ParquetTrip.write(schema, batches, options)
    let folder = try TemporaryDirectory()
    let path = try folder.write(bytes, to: "a.parquet")
    let result = try #require(PyArrow.run("\(PyArrow.script) show \(path)", in: folder.path))
    try #require(result.exitCode == 0, "\(result.errorText)")
    let lines = result.outputText.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, field) in schema.fields.enumerated() {
      let wanted = expected[index].map { PyArrowText.text($0, field.type) }
        .joined(separator: ";")
      #expect(lines[index] == wanted, "\(field)")
    }
  }

  @Test func whatPyArrowWritesIsRead() throws {
    let folder = try TemporaryDirectory()
    let result = try #require(
      PyArrow.run("\(PyArrow.script) make \(folder.path)", in: folder.path))
    try #require(result.exitCode == 0, "\(result.errorText)")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".parquet") }.sorted()
    #expect(names.count == 15)
    for name in names {
      let (schema, columns) = try ParquetTrip.read(folder.file(name))
      let wanted = String(decoding: try folder.read(name + ".txt"), as: UTF8.self)
        .split(separator: "\n")
      for (index, field) in schema.fields.enumerated() {
        let found = columns[index].map { PyArrowText.text($0, field.type) }
          .joined(separator: ";")
        #expect(found == wanted[index], "\(name): \(field)")
      }
      try Self.expectSameInParts(folder.file(name), columns)
    }
  }

  /// What is read after rows were passed over, whole pages of both versions among them.
  private static func expectSameInParts(_ path: String, _ columns: [[Value]]) throws {
    let file = try ParquetFile.open(
      path, in: LocalFileSystem(), libraries: CodecLibraries(), tracker: nil)
    var first = 0
    for (index, group) in file.rowGroups.enumerated() {
      let ranges = stride(from: 5, to: group.rowCount - 4, by: 230).map { $0..<($0 + 4) }
      var found: [[Value]] = columns.map { _ in [] }
      try file.read(rowGroup: index, columns: Array(columns.indices), rows: ranges) { batch in
        for (place, column) in batch.columns.enumerated() { found[place] += column.allValues }
      }
      for (place, column) in columns.enumerated() {
        let wanted = ranges.flatMap { column[(first + $0.lowerBound)..<(first + $0.upperBound)] }
        #expect(areSame(found[place], wanted), "\(path): \(file.schema.fields[place])")
      }
      first += group.rowCount
    }
  }
}

enum StrangeFiles {
  static let good = Repository.path("../shared/data/parquet/good")
  static let areThere = FileManager.default.fileExists(atPath: good)
}

@Suite(
  "Bloom filters of strangers",
  .enabled(if: StrangeFiles.areThere, "skipped: ../shared/data/parquet is not there"))
struct ForeignFilterTests {
  @Test func whatIsThereIsFoundAndLittleElse() throws {
    let file = try ParquetFile.open(
      StrangeFiles.good + "/data_index_bloom_encoding_stats.parquet", in: LocalFileSystem(),
      libraries: CodecLibraries(), tracker: nil)
    let filter = try #require(try file.bloomFilter(rowGroup: 0, column: 0))
    var values: [Value] = []
    try file.read(rowGroup: 0, columns: [0]) { values += $0.columns[0].allValues }
    #expect(values.count == 14)
    for value in values { #expect(filter.mayContain(value), "\(value)") }
    let others = (0..<1000).filter { filter.mayContain(.string("no word of it \($0)")) }
    #expect(others.count < 50)
  }
}

/// Files that other projects keep, where they lie beside the checkout.
@Suite(
  "Parquet of strangers",
  .enabled(if: PyArrow.isThere, "skipped: there is no Python with pyarrow (LAKE_TEST_PYTHON)"),
  .enabled(if: StrangeFiles.areThere, "skipped: ../shared/data/parquet is not there"))
struct ParquetStrangerTests {
  private static let folder = StrangeFiles.good

  /// Where we do not answer as pyarrow does, and why.
  private static let exceptions: [String: String] = [
    "datapage_v1-corrupt-checksum.parquet": "both refuse it",
    "int96_from_spark.parquet": "the year 294247 does not fit into pyarrow's arithmetic",
  ]

  @Test func goodFilesEqualWhatPyArrowReads() throws {
    let texts = try TemporaryDirectory()
    let result = try #require(
      PyArrow.run("\(PyArrow.script) texts \(Self.folder) \(texts.path)", in: texts.path))
    try #require(result.exitCode == 0, "\(result.errorText)")
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder)
      .filter { $0.hasSuffix(".parquet") && !$0.hasPrefix("large_string_map") }.sorted()
    for name in names {
      let exception = Self.exceptions[name]
      do {
        let (schema, columns) = try ParquetTrip.read("\(Self.folder)/\(name)")
        let path = texts.file(name + ".txt")
        guard FileManager.default.fileExists(atPath: path) else {
          #expect(exception != nil, "\(name) is read by us alone")
          continue
        }
        let wanted = String(decoding: try texts.read(name + ".txt"), as: UTF8.self)
          .split(separator: "\n", omittingEmptySubsequences: false)
        for (index, field) in schema.fields.enumerated() {
          let found = columns[index].map { PyArrowText.text($0, field.type) }
            .joined(separator: ";")
          guard exception == nil else { continue }
          #expect(found == wanted[index], "\(name): \(field)")
        }
      } catch let error as LakeError {
        #expect(exception != nil, "\(error)")
      }
    }
  }
}

/// Values as `parquet_interop.py` writes them.
enum PyArrowText {
  static func text(_ value: Value, _ type: DataType) -> String {
    switch value {
    case .null: return "null"
    case .bool(let bool): return bool ? "true" : "false"
    case .int(let int): return "\(int)"
    case .int128(let wide):
      return type == .uuid ? "u:" + hex(UInt128(bitPattern: wide), 32) : "\(wide)"
    case .float(let float): return "f:" + hex(UInt128(float.bitPattern), 8)
    case .double(let double): return "d:" + hex(UInt128(double.bitPattern), 16)
    case .string(let text): return "s:" + text.utf8.map { hex(UInt128($0), 2) }.joined()
    case .bytes(let bytes): return "b:" + bytes.map { hex(UInt128($0), 2) }.joined()
    case .list(let elements):
      return "[" + elements.map { text($0, type.listElement) }.joined(separator: ",") + "]"
    case .row(let members):
      return "{"
        + zip(members, type.rowFields).map { text($0, $1.type) }.joined(separator: ",") + "}"
    }
  }

  private static func hex(_ number: UInt128, _ digits: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: digits - text.count) + text
  }
}
