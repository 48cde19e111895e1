import LakeCore

/// A table or a view as the catalog knows it. A value: changing it changes nothing until it is
/// saved.
package struct CatalogTable: Sendable, Hashable {
  package enum Kind: String, Sendable, CaseIterable {
    /// The files are the user's.
    case external
    /// The files are ours, with a log.
    case managed
    case view
  }

  /// Nil until it was saved.
  package var id: Int?
  package var name: TableName
  package var kind: Kind
  /// Its directory, or its one file: from the workspace, or absolute. `Workspace.path(of:)`
  /// resolves it. Empty for views.
  package var location: String
  /// Nil for views, and for tables without files.
  package var format: TableFormat?
  package var reading = ReadingOptions()
  /// All columns; those whose values come from the names of directories are at the end.
  package var columns: [CatalogColumn] = []
  package var comment: String?
  package var properties: [String: String] = [:]
  /// The pipeline that makes it.
  package var pipeline: String?
  /// Whether it was said to hold data of persons; nil where nothing was said.
  package var isPersonal: Bool?
  /// The query of a view.
  package var viewSQL: String?
  /// The file of its definition, from the workspace.
  package var definedBy: String?
  /// Counts the changes of its columns; set by the catalog.
  package var schemaVersion = 0
  /// Of a table with a log.
  package var currentVersion: Int?
  package var recordCount: Int?
  package var byteCount: Int?
  package var fileCount: Int?
  package var rejectCount: Int?
  package var createdAt = 0
  package var updatedAt = 0
  package var crawledAt: Int?

  package init(_ name: TableName, kind: Kind, location: String) {
    self.name = name
    self.kind = kind
    self.location = location
  }

  package var schema: Schema { Schema(columns.map(\.field)) }
  /// Whether it is somebody else's table with a log, which says what it is.
  package var isForeign: Bool { kind == .external && format == .delta }
  /// The columns that stand in the files.
  package var dataColumns: [CatalogColumn] { columns.filter { !$0.isPartition } }
  package var partitionColumns: [CatalogColumn] { columns.filter(\.isPartition) }
}

/// A column of a table. Its type is stored in the words of Hive.
package struct CatalogColumn: Sendable, Hashable {
  package var name: String
  package var type: DataType
  package var isNullable: Bool
  package var isPartition: Bool
  package var comment: String?

  package init(
    _ name: String, _ type: DataType, isNullable: Bool = true, isPartition: Bool = false,
    comment: String? = nil
  ) {
    self.name = name
    self.type = type
    self.isNullable = isNullable
    self.isPartition = isPartition
    self.comment = comment
  }

  package init(_ field: Field) {
    self.init(field.name, field.type, isNullable: field.isNullable)
  }

  package var field: Field { Field(name, type, isNullable: isNullable) }
}

/// How the files of a table are written.
package enum TableFormat: String, Sendable, CaseIterable {
  case json, csv, tsv, text, parquet
  /// A directory with a log: what the table is stands there.
  case delta
}

/// What the reader of a table's files is told; what is nil is found by looking.
package struct ReadingOptions: Sendable, Hashable {
  /// CSV: one byte.
  package var delimiter: UInt8?
  package var quote: UInt8?
  package var hasHeader: Bool?
  /// CSV: an unquoted text that stands for null.
  package var nullText: String?
  /// JSON: values that do not fit become null instead of making their record a reject
  /// (`ignore.malformed.json`).
  package var nullsMisfits = false
  /// Columns that have another name in the files (`mapping.column = key`), by column.
  package private(set) var keys: [ColumnKey] = []

  package struct ColumnKey: Sendable, Hashable {
    package var column: String
    package var key: String
  }

  package init() {}
}

extension ReadingOptions {
  /// What a column is called in the files.
  package func key(of column: String) -> String {
    let folded = column.lowercased()
    return keys.first { $0.column.lowercased() == folded }?.key ?? column
  }

  package mutating func setKey(_ key: String, of column: String) {
    keys.removeAll { $0.column.lowercased() == column.lowercased() }
    keys.append(ColumnKey(column: column, key: key))
    keys.sort { $0.column < $1.column }
  }

  /// The columns as the files name them.
  package func inFiles(_ columns: [CatalogColumn]) -> [CatalogColumn] {
    if keys.isEmpty { return columns }
    return columns.map { column in
      var column = column
      column.name = key(of: column.name)
      return column
    }
  }

  /// The columns of files as the table names them.
  package func named(_ columns: [CatalogColumn]) -> [CatalogColumn] {
    if keys.isEmpty { return columns }
    return columns.map { column in
      var column = column
      let folded = column.name.lowercased()
      column.name = keys.first { $0.key.lowercased() == folded }?.column ?? column.name
      return column
    }
  }
}

extension ReadingOptions {
  private static let keyPrefix = "key:"

  /// Nil where nothing is said.
  var json: String? {
    var members: [String: String] = [:]
    members["delimiter"] = delimiter.map { String($0) }
    members["quote"] = quote.map { String($0) }
    members["header"] = hasHeader.map { String($0) }
    members["null"] = nullText
    if nullsMisfits { members["nulls_misfits"] = "true" }
    for key in keys { members[ReadingOptions.keyPrefix + key.column] = key.key }
    return members.isEmpty ? nil : FlatJSON.text(members)
  }

  init(json: String?) {
    self.init()
    guard let json, let members = FlatJSON.members(of: json) else { return }
    delimiter = members["delimiter"].flatMap { UInt8($0) }
    quote = members["quote"].flatMap { UInt8($0) }
    hasHeader = members["header"].map { $0 == "true" }
    nullText = members["null"]
    nullsMisfits = members["nulls_misfits"] == "true"
    for (name, value) in members where name.hasPrefix(ReadingOptions.keyPrefix) {
      setKey(value, of: String(name.dropFirst(ReadingOptions.keyPrefix.count)))
    }
  }
}
