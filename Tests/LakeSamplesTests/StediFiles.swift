import Foundation
import LakeCore
import LakeSamples
import LakeTestSupport

/// Generates into a directory of its own and reads what came out, without any code of ours.
struct StediFiles {
  let directory: TemporaryDirectory
  let report: StediReport

  init(
    _ options: StediOptions, threads: Int = 2, into directory: TemporaryDirectory? = nil,
    under name: String = "data"
  ) throws {
    let directory = try directory ?? TemporaryDirectory()
    self.directory = directory
    report = try StediGenerator(
      options, fileSystem: LocalFileSystem(), pool: ThreadPool(threadCount: threads),
      memory: MemoryTracker(name: "test")
    ).generate(into: directory.file(name))
  }

  /// The names of a table's files, in order.
  func names(of table: StediTable) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(report.root)/\(table.rawValue)").sorted()
  }

  func texts(of table: StediTable) throws -> [String] {
    try names(of: table).map {
      try String(contentsOfFile: "\(report.root)/\(table.rawValue)/\($0)", encoding: .utf8)
    }
  }

  /// Every line as an object.
  func records(of table: StediTable) throws -> [[String: Any]] {
    try texts(of: table).flatMap { text in
      try text.split(separator: "\n").map { line in
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
        guard let record = object as? [String: Any] else { throw CocoaError(.coderReadCorrupt) }
        return record
      }
    }
  }

  /// Every whole object, whatever the files' damage.
  func objects(of table: StediTable) throws -> [[String: Any]] {
    try texts(of: table).flatMap { text in
      try StediFiles.scan(text).objects.map { object in
        let object = try JSONSerialization.jsonObject(with: Data(object.utf8))
        guard let record = object as? [String: Any] else { throw CocoaError(.coderReadCorrupt) }
        return record
      }
    }
  }

  /// Whole objects in a text, and whether something that is no whole object follows them: found by
  /// counting braces outside of strings.
  static func scan(_ text: String) -> (objects: [Substring], hasRest: Bool) {
    var objects: [Substring] = []
    var depth = 0
    var isInString = false
    var start = text.startIndex
    for index in text.utf8.indices {
      switch text.utf8[index] {
      case UInt8(ascii: "\""): isInString.toggle()
      case UInt8(ascii: "{") where !isInString:
        if depth == 0 { start = index }
        depth += 1
      case UInt8(ascii: "}") where !isInString:
        depth -= 1
        if depth == 0 { objects.append(text[start...index]) }
      default: break
      }
    }
    return (objects, depth > 0)
  }

  static func checksum(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  func landing(_ table: StediTable) -> StediReport.Landing? {
    report.landing.first { $0.table == table }
  }
}
