import Foundation
import LakeEngine
import Lakehouse
import Testing

/// One of the ways to carry queries out. No answer, and no order of rows, depends on it.
struct QueryConfiguration: Sendable, CustomTestStringConvertible {
  var usesRules = true
  /// Nil for the usual size.
  var batchRows: Int?
  var threads = 2
  /// Whether rows are put on disk wherever they can be.
  var spills = false
  /// Bytes; nil for as much as there is.
  var memoryLimit: Int?

  /// The answers that are in the files are those of this one.
  static let usual = QueryConfiguration()

  /// What every run of the tests looks at: the usual, and the farthest away from it.
  static let sample = [
    usual, QueryConfiguration(usesRules: false, batchRows: 3, threads: 1),
    QueryConfiguration(batchRows: 1, threads: 4, spills: true),
  ]

  static let matrix: [QueryConfiguration] = [false, true].flatMap { spills in
    [true, false].flatMap { usesRules in
      [nil, 3, 1].flatMap { batchRows in
        [2, 1, 4].map { threads in
          QueryConfiguration(
            usesRules: usesRules, batchRows: batchRows, threads: threads, spills: spills)
        }
      }
    }
  }

  /// `LAKE_QUERY_MATRIX=all` asks for the whole matrix.
  static let wanted =
    ProcessInfo.processInfo.environment["LAKE_QUERY_MATRIX"] == "all" ? matrix : sample

  /// The same, with batches of a size with which files of many rows come to an end.
  func fitting(_ file: String) -> QueryConfiguration {
    var result = self
    if let batchRows, file.hasPrefix("large") { result.batchRows = 100 * batchRows }
    return result
  }

  var isUsual: Bool {
    usesRules && batchRows == nil && threads == Self.usual.threads && !spills
  }

  var testDescription: String {
    let size = batchRows.map { "batches of \($0)" } ?? "usual batches"
    return "\(usesRules ? "all rules" : "no rules"), \(size), \(threads) threads"
      + (spills ? ", on disk" : "")
  }

  func lake() throws -> Lake {
    var settings = Lake.Settings()
    settings.threadCount = threads
    settings.memoryLimit = memoryLimit
    settings.spillsAlways = spills
    settings.execution.batchRows = batchRows
    if !usesRules { settings.execution.disabledRules = Set(Optimizer.ruleNames) }
    return try Lake(settings)
  }
}
