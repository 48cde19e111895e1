import LakeCore
import LakePipelines
import LakeSQL

/// What becomes of the rows of a table that adopts files.
public enum AdoptionMode: Sendable, Hashable {
  /// The table is made; it must not be there.
  case create
  /// All rows stay.
  case append
  /// All rows go. The table is made if it is not there.
  case overwrite
  /// The rows of the partitions go that the files are of.
  case overwritePartitions
}

/// What became of files that a table was to adopt.
public struct TableAdoption: Sendable {
  public var table: TableName
  /// The version that was made; nil where the files brought no row.
  public var version: Int?
  public var rowCountBefore: Int
  public var rowCount: Int
  /// The paths of those that are the table's as they are.
  public var taken: [String]
  /// By path: why the rows of a file were written anew.
  public var rewritten: [String: [String]]
}

extension LakeWorkspace {
  /// Makes Parquet files that another program has written a table's, in one step and behind all of
  /// its checks:
  ///
  ///     try workspace.adopt(["/data/out"], into: "trusted.visit", mode: .append, moving: true)
  ///
  /// Files that are like the table's own are taken as they are, copied or, where they are given
  /// away with `moving`, under another name; the rows of others are written anew.
  @discardableResult
  public func adopt(
    _ paths: [String], into table: String, mode: AdoptionMode = .create, moving: Bool = false
  ) throws -> TableAdoption {
    var request = AdoptionRequest()
    request.paths = paths
    request.isGiven = moving
    request.mode =
      switch mode {
      case .create: .create
      case .append: .append
      case .overwrite: .overwrite
      case .overwritePartitions: .overwritePartitions
      }
    let name = try tableToAdopt(typed: table, request)
    let report = try adopt(request, into: name)
    let adoption = report.adoption
    return TableAdoption(
      table: name, version: report.version, rowCountBefore: report.rowsBefore ?? 0,
      rowCount: report.rowsAfter ?? 0, taken: adoption?.taken.map(\.path) ?? [],
      rewritten: Dictionary(
        (adoption?.rewritten ?? []).map { ($0.path, $0.reasons) },
        uniquingKeysWith: { first, _ in first }))
  }

  package func adopt(
    _ request: AdoptionRequest, into name: TableName
  ) throws -> EditReport {
    try editing { editor in try editor.adopt(request, into: name, in: SourceText("ADOPT")) }
  }

  /// The table that is to adopt files, which may be made by that.
  package func tableToAdopt(
    typed name: String, _ request: AdoptionRequest
  ) throws(LakeError) -> TableName {
    do throws(LakeError) {
      let table = try table(typed: name)
      if table.kind == .managed { return table.name }
      throw LakeError(
        .invalidInput, "\(table.name) adopts no files: its own belong to their users",
        hint: "Tables of trusted and curated do.")
    } catch {
      let makesTable = request.mode == .create || request.mode == .overwrite
      guard error.code == .notFound, makesTable else { throw error }
      return try tableToMake(typed: name)
    }
  }

  private func tableToMake(typed name: String) throws(LakeError) -> TableName {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    let qualified = QualifiedName(parts.map { Identifier(String($0)) })
    if let table = TableName(defining: qualified) { return table }
    throw LakeError(
      .invalidInput, "there is no table '\(name)', and the name says no zone to make it in",
      hint: "Write its full name: trusted.\(name) or curated.\(name).")
  }
}
