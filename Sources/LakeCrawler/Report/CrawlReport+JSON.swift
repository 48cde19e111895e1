import LakeCatalog
import LakeCore
import LakeFormats

extension CrawlReport {
  /// The report as the catalog keeps it, and as `--json` shows it.
  package var json: String {
    JSONText.object([
      ("scope", .text(scope.description)), ("started_at", .number(startedAt)),
      ("seconds", .raw("\(seconds)")), ("dry_run", .flag(isDryRun)),
      ("files", .number(fileCount)), ("records", .number(recordCount)),
      ("rejects", .number(rejectCount)), ("bytes_read", .number(bytesRead)),
      ("tables", .list(tables.map { .raw($0.json) })),
      ("dropped", .list(dropped.map { .text($0.description) })),
      ("warnings", .list(warnings.map { .text($0) })),
    ])
  }
}

extension TableCrawl {
  var json: String {
    JSONText.object([
      ("table", .text(name.description)), ("location", .text(location)),
      ("format", format.map { .text($0.rawValue) } ?? .null), ("new", .flag(isNew)),
      ("new_files", .list(newFiles.map { .text($0) })),
      ("changed_files", .list(changedFiles.map { .text($0) })),
      ("vanished_files", .list(vanishedFiles.map { .text($0) })),
      ("unchanged_files", .number(unchangedFileCount)), ("records", .number(recordCount)),
      ("rejects", .number(rejectCount)), ("bytes", .number(byteCount)),
      ("records_read", .number(recordsRead)), ("bytes_read", .number(bytesRead)),
      ("schema_changes", .list(schemaChanges.map { .text($0.description) })),
      ("definition_differences", .list(definitionDifferences.map { .text($0) })),
      ("warnings", .list(warnings.map { .text($0) })),
      ("reasons", .list(reasons.map { .text($0) })),
      ("error", failure.map { .raw(ErrorRecord($0).json) } ?? .null),
    ])
  }
}

/// JSON text put together from parts.
private enum JSONText {
  indirect enum Part {
    case text(String)
    case number(Int)
    case flag(Bool)
    case list([Part])
    /// JSON as it stands.
    case raw(String)
    case null
  }

  static func object(_ members: [(name: String, value: Part)]) -> String {
    let parts = members.map { "\(FlatJSON.quoted($0.name)):\(text($0.value))" }
    return "{\(parts.joined(separator: ","))}"
  }

  private static func text(_ part: Part) -> String {
    switch part {
    case .text(let text): FlatJSON.quoted(text)
    case .number(let number): "\(number)"
    case .flag(let flag): flag ? "true" : "false"
    case .list(let parts): "[\(parts.map { text($0) }.joined(separator: ","))]"
    case .raw(let text): text
    case .null: "null"
    }
  }
}
