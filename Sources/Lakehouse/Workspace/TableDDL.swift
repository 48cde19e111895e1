import LakeCatalog
import LakeCore
import LakePipelines
import LakeTables

/// The statement that would make a table: for SHOW CREATE TABLE, `lake describe --ddl` and
/// `lake catalog dump`.
package struct TableDDL {
  private let workspace: LakeWorkspace

  package init(_ workspace: LakeWorkspace) {
    self.workspace = workspace
  }

  package func statement(for table: CatalogTable) throws -> String {
    switch table.kind {
    case .external: table.isForeign ? foreign(table) : external(table)
    case .view: view(table)
    case .managed: try managed(table)
    }
  }

  private func view(_ table: CatalogTable) -> String {
    let comment = table.comment.map { "\nCOMMENT \(TableDDL.quoted($0))" } ?? ""
    return "CREATE VIEW \(table.name)\(comment) AS\n\(table.viewSQL ?? "");"
  }

  /// As Athena writes it: what the table is stands in its log.
  private func foreign(_ table: CatalogTable) -> String {
    "CREATE EXTERNAL TABLE `\(table.name.suffixed)`\nLOCATION \(TableDDL.quoted(table.location))"
      + "\nTBLPROPERTIES ('table_type'='DELTA');"
  }

  /// As Glue and Athena write it.
  private func external(_ table: CatalogTable) -> String {
    var text = "CREATE EXTERNAL TABLE `\(table.name.suffixed)` (\n"
    text += table.dataColumns.map { "  " + hive($0) }.joined(separator: ",\n") + "\n)"
    if let comment = table.comment { text += "\nCOMMENT \(TableDDL.quoted(comment))" }
    if !table.partitionColumns.isEmpty {
      let columns = table.partitionColumns.map { "  " + hive($0) }
      text += "\nPARTITIONED BY (\n\(columns.joined(separator: ",\n"))\n)"
    }
    text += format(table)
    text += "\nLOCATION \(TableDDL.quoted(table.location))"
    let properties = table.properties.sorted { $0.key < $1.key }
    if !properties.isEmpty {
      let lines = properties.map { "  \(TableDDL.quoted($0.key))=\(TableDDL.quoted($0.value))" }
      text += "\nTBLPROPERTIES (\n\(lines.joined(separator: ",\n"))\n)"
    }
    return text + ";"
  }

  private func hive(_ column: CatalogColumn) -> String {
    let comment = column.comment.map { " COMMENT \(TableDDL.quoted($0))" } ?? ""
    let type: DataType = column.type == .unseen ? .varchar : column.type
    return "`\(column.name)` \(type.spelled(.hive))\(comment)"
  }

  private func format(_ table: CatalogTable) -> String {
    switch table.format {
    case .parquet: return "\nSTORED AS PARQUET"
    case .json:
      var properties = keys(table)
      if table.reading.nullsMisfits { properties.append(("ignore.malformed.json", "TRUE")) }
      return serde("org.openx.data.jsonserde.JsonSerDe", properties)
    case .csv, .tsv: return separated(table)
    case .text, .delta, nil: return ""
    }
  }

  /// Quotes and other names of columns can be told to a SerDe only.
  private func separated(_ table: CatalogTable) -> String {
    let reading = table.reading
    let byte = reading.delimiter ?? UInt8(ascii: table.format == .tsv ? "\t" : ",")
    let delimiter = byte == 0x09 ? "\\t" : String(UnicodeScalar(byte))
    var properties = keys(table)
    if let quote = reading.quote {
      properties.append(("quoteChar", String(UnicodeScalar(quote))))
    }
    guard properties.isEmpty else {
      properties.append(("separatorChar", delimiter))
      if let null = reading.nullText { properties.append(("serialization.null.format", null)) }
      return serde("org.apache.hadoop.hive.serde2.OpenCSVSerde", properties)
    }
    let null = reading.nullText.map { "\nNULL DEFINED AS \(TableDDL.quoted($0))" } ?? ""
    return "\nROW FORMAT DELIMITED FIELDS TERMINATED BY \(TableDDL.quoted(delimiter))" + null
  }

  /// Columns that have other names in the files, where no property of the table says so.
  private func keys(_ table: CatalogTable) -> [(String, String)] {
    let known = Set(table.properties.keys.map { $0.lowercased() })
    return table.reading.keys.filter { !known.contains("mapping.\($0.column)".lowercased()) }
      .map { ("mapping.\($0.column)", $0.key) }
  }

  private func serde(_ name: String, _ properties: [(String, String)]) -> String {
    let start = "\nROW FORMAT SERDE \(TableDDL.quoted(name))"
    if properties.isEmpty { return start }
    let lines = properties.map { "\(TableDDL.quoted($0.0))=\(TableDDL.quoted($0.1))" }
    return start + "\nWITH SERDEPROPERTIES (\(lines.joined(separator: ", ")))"
  }

  private func managed(_ table: CatalogTable) throws -> String {
    var elements = table.columns.map { column in
      let comment = column.comment.map { " COMMENT \(TableDDL.quoted($0))" } ?? ""
      return "  \(column.name) \(column.type.spelled(.trino))\(comment)"
    }
    if let contract = try workspace.contract(of: table.name) {
      elements += contract.clauses.map { "  \($0)" }
    }
    var text = "CREATE TABLE \(table.name) (\n\(elements.joined(separator: ",\n"))\n)"
    if let comment = table.comment { text += "\nCOMMENT \(TableDDL.quoted(comment))" }
    var properties = ["format = 'PARQUET'", "write_compression = 'GZIP'"]
    if !table.partitionColumns.isEmpty {
      let columns = table.partitionColumns.map { TableDDL.quoted($0.name) }
        .joined(separator: ", ")
      properties.append("partitioned_by = ARRAY[\(columns)]")
    }
    text += "\nWITH (\(properties.joined(separator: ", ")))"
    let others = table.properties.sorted { $0.key < $1.key }.map {
      "\(TableDDL.quoted($0.key)) = \(TableDDL.quoted($0.value))"
    }
    if !others.isEmpty { text += "\nTBLPROPERTIES (\(others.joined(separator: ", ")))" }
    return text + ";"
  }

  static func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "''") + "'"
  }
}

extension LakeWorkspace {
  /// What a managed table's log says its rows are held to; nil where it says nothing.
  package func contract(of table: TableName) throws -> JobContract? {
    guard let contract = try session.snapshot(of: table)?.contract else { return nil }
    return try JobContract(contract)
  }
}

extension JobContract {
  /// The clauses, as they are written in CREATE TABLE.
  package var clauses: [String] {
    var clauses = constraints.map { constraint in
      constraint.action == "FAIL"
        ? constraint.text : "\(constraint.text) ON VIOLATION \(constraint.action)"
    }
    clauses += consentClauses
    return clauses
  }

  package var consentClauses: [String] {
    var clauses = consents.map { consent in
      let keys = consent.keys.map { $0.column == $0.key ? $0.key : "\($0.column) = \($0.key)" }
      var text = "CONSENT \(consent.policy) BY (\(keys.joined(separator: ", ")))"
      if let time = consent.time { text += " AT (\(time))" }
      if consent.removes { text += " ON VIOLATION REMOVE" }
      return text
    }
    clauses += aggregates.map { "CONSENT \($0) AGGREGATE" }
    clauses += lawfulBases.map { "LAWFUL BASIS \($0.basis) BECAUSE \(TableDDL.quoted($0.reason))" }
    return clauses
  }
}
