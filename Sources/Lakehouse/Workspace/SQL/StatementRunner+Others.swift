import LakeCatalog
import LakeCore
import LakeEngine
import LakeSQL

/// USE, SET, MSCK REPAIR TABLE, UNLOAD.
extension StatementRunner {
  /// The zone or database that names without one are looked up in first.
  func use(_ name: QualifiedName, _ text: SourceText) throws -> String {
    let space = name.parts.map(\.text)
    let last = space[space.count - 1]
    if space.count == 1, last.lowercased() == SystemTable.catalogName {
      session.space = []
      return "There is one catalog, and it is this one."
    }
    var known = Zone.allCases.map(\.rawValue) + SystemTable.Space.allCases.map(\.rawValue)
    if let session = try workspace.sessionIfAny {
      known += try session.catalog.read { (catalog) throws(LakeError) in
        try catalog.databases().map(\.name)
      }
    }
    guard
      Zone(named: last) != nil || known.contains(where: { $0.lowercased() == last.lowercased() })
    else {
      throw LakeError(
        .notFound, "there is no zone or database '\(last)'",
        at: text.place(at: name.range.lowerBound),
        hint: Suggestion.hint(for: last, among: known)
          ?? "There are \(known.joined(separator: ", ")).")
    }
    session.space = [last]
    return "Names without a zone are looked up in \(last) first."
  }

  /// Settings of other engines change nothing here, and scripts carry on.
  func set(_ option: SetOption) -> String {
    "\(option.name.text) is a setting that has no effect here."
  }

  /// Nothing is set, since nothing can be.
  func unset(_ name: QualifiedName?) -> String {
    guard let name else { return "There are no settings here; those of other engines do nothing." }
    return "\(name.text) is a setting that has no effect here."
  }

  /// What other engines have to be told.
  func ignored(_ words: String, _ name: QualifiedName?, _ text: SourceText) throws -> String {
    if words != "RESET", let name {
      do {
        _ = try resolver(workspace.executionContext()).resolve(name.parts.map(\.text), asOf: nil)
      } catch let error as LakeError {
        throw error.located(at: text.place(at: name.range.lowerBound))
      }
    }
    let why =
      switch words {
      case "ANALYZE TABLE": "counts are kept by crawls and runs"
      case "RESET": "there are no settings"
      default: "tables are read as their files are"
      }
    return "\(words) has no effect here: \(why)."
  }

  /// Partitions are what is there: looking for them is a crawl of the table.
  func repair(_ name: QualifiedName, _ text: SourceText) throws -> String {
    let table = try catalogTable(name, text)
    guard table.kind == .external, !table.isForeign else {
      throw LakeError(
        .invalidInput, "\(table.name) is no table of files: it knows its partitions",
        at: text.place(at: name.range.lowerBound))
    }
    _ = try workspace.crawl([.table(table.name)])
    let count = try workspace.session.catalog.read { (catalog) throws(LakeError) in
      try catalog.partitions(of: table.name).count
    }
    return "\(table.name) is crawled: \(count) partition\(count == 1 ? "" : "s")."
  }

  /// Writes the rows of a query to a file, which appears when it is whole.
  func unload(_ unload: Unload, _ text: SourceText) throws -> String {
    guard !unload.path.contains("://") else {
      throw LakeError(
        .unsupported, "rows are written to files, not to '\(unload.path)'",
        hint: "Name a path of this machine.")
    }
    try refuseInsideLake(unload.path)
    let format = try format(of: unload, text)
    let rows = try rows(of: unload.query, text)
    let writer = try AtomicFileWriter(path: unload.path, fileSystem: LocalFileSystem())
    let isCompressed = unload.path.lowercased().hasSuffix(".gz") && format != .parquet
    let count = try rows.write(
      as: format, to: writer, isCompressed: isCompressed, in: workspace)
    return "\(count) row\(count == 1 ? "" : "s") written to \(unload.path)."
  }

  /// Tables are files too, and they are made by pipelines alone.
  private func refuseInsideLake(_ path: String) throws {
    guard let session = try workspace.sessionIfAny,
      let inside = try? PathSafety.resolve(
        path, inside: session.layout.lake, in: session.fileSystem)
    else { return }
    throw LakeError(
      .permissionDenied, "rows are not written into the lake itself", at: .file(inside),
      hint: "CREATE OR REPLACE TABLE … AS SELECT makes a table.")
  }

  /// As FORMAT says, else as the extension does.
  private func format(
    of unload: Unload, _ text: SourceText
  ) throws(LakeError) -> ResultRows.FileFormat {
    var path = unload.path.lowercased()
    if path.hasSuffix(".gz") { path.removeLast(3) }
    var word = path.split(separator: ".").last.map(String.init) ?? ""
    for property in unload.properties where property.key.lowercased() == "format" {
      switch property.value.kind {
      case .literal(.string(let name)): word = name.lowercased()
      case .name(let name): word = name.text.lowercased()
      default: break
      }
    }
    switch word {
    case "csv", "textfile": return .csv
    case "tsv": return .tsv
    case "json": return unload.properties.isEmpty ? .json : .ndjson
    case "ndjson", "jsonl": return .ndjson
    case "parquet": return .parquet
    default:
      throw LakeError(
        .unsupported, "'\(word)' is no format that is written",
        at: text.place(at: unload.query.range.lowerBound),
        hint: "Write WITH (format = 'PARQUET'): parquet, csv, tsv, json or ndjson.")
    }
  }
}
