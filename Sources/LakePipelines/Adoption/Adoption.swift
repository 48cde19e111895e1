import LakeCore
import LakeEngine
import LakeTables

/// What is to become of files that another program has written: those that become the table's as
/// they are, those whose rows are written anew, and those that bring nothing.
package struct Adoption: Sendable {
  /// What the query of the edit calls the rows that are written anew.
  static let relation = "$adopted"

  struct Taken: Sendable {
    var offer: OfferedFile
    /// The values that its directories say, by the places of the columns.
    var constants: [Int: Value]

    func source(at path: String) -> SourceFile { SourceFile(path, constants: constants) }
  }

  struct Rewritten: Sendable {
    var path: String
    var status: FileStatus
    var rowCount: Int
    var constants: [Int: Value]
    var reasons: [String]
  }

  struct Passed: Sendable {
    var path: String
    var status: FileStatus
    var reason: String
  }

  var taken: [Taken] = []
  var rewritten: [Rewritten] = []
  var passed: [Passed] = []
  var isGiven = false

  var isEmpty: Bool { taken.isEmpty && rewritten.isEmpty }

  var rewrittenSources: [SourceFile] {
    rewritten.map { SourceFile($0.path, constants: $0.constants) }
  }

  /// The partitions of the files that are taken as they are.
  var partitions: Set<[String: String?]> {
    Set(taken.map { $0.offer.partition?.logged ?? [:] })
  }

  /// Has files written anew since some of their rows are not for the table.
  mutating func rewrite(_ paths: Set<String>) {
    for file in taken where paths.contains(file.offer.path) {
      rewritten.append(
        Rewritten(
          path: file.offer.path, status: file.offer.status,
          rowCount: file.offer.summary.rowCount, constants: file.constants,
          reasons: ["some of its rows are put aside or withheld"]))
    }
    rewritten.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    taken.removeAll { paths.contains($0.offer.path) }
  }

  /// Throws where a file was changed whose rows were read.
  func requireUntouched(_ fileSystem: any FileSystem) throws(LakeError) {
    for file in rewritten {
      try OfferedFile.requireUntouched(file.path, file.status, fileSystem)
    }
  }

  /// Takes away the files that were given, now that their rows are the table's. Returns what stays
  /// where it was, as warnings.
  func removeGivenFiles(_ fileSystem: any FileSystem) -> [String] {
    guard isGiven else { return [] }
    let all =
      taken.map { ($0.offer.path, $0.offer.status) } + rewritten.map { ($0.path, $0.status) }
      + passed.map { ($0.path, $0.status) }
    var warnings: [String] = []
    for (path, status) in all {
      do throws(LakeError) {
        let now = try fileSystem.status(of: path, followLinks: false)
        if now?.isUnchanged(since: status) == true { try fileSystem.removeFile(path) }
      } catch {
        warnings.append("\(path) was adopted and is still there: \(error.message)")
      }
    }
    return warnings
  }

  var report: AdoptionReport {
    AdoptionReport(
      taken: taken.map {
        .init(
          path: $0.offer.path, rows: $0.offer.summary.rowCount, bytes: $0.offer.status.size)
      },
      rewritten: rewritten.map {
        .init(path: $0.path, rows: $0.rowCount, bytes: $0.status.size, reasons: $0.reasons)
      },
      passed: passed.map {
        .init(path: $0.path, rows: 0, bytes: $0.status.size, reasons: [$0.reason])
      })
  }
}

/// What became of files that another program has written.
package struct AdoptionReport: Sendable {
  package struct File: Sendable {
    package var path: String
    package var rows: Int
    package var bytes: Int
    /// Why it was not taken as it is.
    package var reasons: [String] = []
  }

  /// They are the table's as they are.
  package var taken: [File]
  /// Their rows were written anew.
  package var rewritten: [File]
  /// They brought nothing.
  package var passed: [File]

  package var rowCount: Int { (taken + rewritten).reduce(0) { $0 + $1.rows } }
}
