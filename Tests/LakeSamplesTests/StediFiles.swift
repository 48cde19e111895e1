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

  func landing(_ table: StediTable) -> StediReport.Landing? {
    report.landing.first { $0.table == table }
  }
}
