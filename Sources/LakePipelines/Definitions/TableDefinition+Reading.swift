import LakeCatalog
import LakeCore
import LakeSQL

extension TableDefinition {
  /// What a `CREATE EXTERNAL TABLE` says, as Glue, Athena and Hive write it.
  package init(_ create: CreateExternalTable, in text: SourceText) throws(LakeError) {
    let named = try TableName.required(create.name, for: "CREATE EXTERNAL TABLE", in: text)
    let place = text.place(at: create.name.range.lowerBound)
    self.init(named)
    if create.isDelta {
      format = .delta
      location = try TableDefinition.directory(of: create, named, at: place)
      comment = create.comment
      source = text.file
      return
    }
    if let location = create.location {
      self.location = try TableDefinition.location(location, of: named, at: place)
    }
    if !create.columns.isEmpty { columns = create.columns.map { CatalogColumn($0) } }
    partitionColumns = create.partitionedBy.map { CatalogColumn($0, isPartition: true) }
    comment = create.comment
    for property in create.tableProperties { properties[property.key] = property.text }
    for (key, value) in properties { readMapping(key, value) }
    read(create)
    source = text.file
  }

  private mutating func read(_ create: CreateExternalTable) {
    switch create.rowFormat {
    case .serde(let name, let properties):
      format = TableFormat(serde: name)
      for property in properties {
        read(property.key.lowercased(), property.text)
        readMapping(property.key, property.text)
      }
    case .delimited(let delimiters):
      format = .csv
      reading.delimiter = delimiters.fields.flatMap { ReadingOptions.byte($0) }
      reading.nullText = delimiters.null
    case nil: break
    }
    if case .format(let name) = create.storage {
      switch name.text.lowercased() {
      case "parquet": format = .parquet
      case "json", "jsonfile": format = .json
      default: break
      }
    }
    if case .classes(let input, _) = create.storage, input.lowercased().contains("parquet") {
      format = .parquet
    }
    let lines = properties.first { $0.key.lowercased() == "skip.header.line.count" }?.value
    if let lines { reading.hasHeader = (Int(lines) ?? 0) > 0 }
  }

  private mutating func read(_ key: String, _ value: String) {
    switch key {
    case "ignore.malformed.json": reading.nullsMisfits = value.lowercased() == "true"
    case "separatorchar", "field.delim": reading.delimiter = ReadingOptions.byte(value)
    case "quotechar": reading.quote = ReadingOptions.byte(value)
    case "serialization.null.format": reading.nullText = value
    default: break
    }
  }

  /// `mapping.column = key`: the column has another name in the files.
  private mutating func readMapping(_ key: String, _ value: String) {
    let prefix = "mapping."
    guard key.lowercased().hasPrefix(prefix), key.count > prefix.count else { return }
    reading.setKey(value, of: String(key.dropFirst(prefix.count)))
  }

  /// Where a table with a log is: from the workspace, or absolute, since others have it where they
  /// like.
  private static func directory(
    of create: CreateExternalTable, _ table: TableName, at place: LakeError.Place?
  ) throws(LakeError) -> String {
    guard var location = create.location, !location.isEmpty else {
      throw LakeError(
        .invalidInput, "\(table) is a table with a log, and nothing says where it is", at: place,
        hint: "Write LOCATION 'directory'.")
    }
    for scheme in ["file://", "file:"] where location.lowercased().hasPrefix(scheme) {
      location.removeFirst(scheme.count)
      break
    }
    guard location.hasPrefix("/") else {
      return try TableDefinition.location(location, of: table, at: place)
    }
    let parts = try PathSafety.components(of: String(location.dropFirst()))
    return "/" + parts.joined(separator: "/")
  }

  /// Where the files are, from the workspace.
  private static func location(
    _ location: String, of table: TableName, at place: LakeError.Place?
  ) throws(LakeError) -> String {
    if location.lowercased().hasPrefix("s3") {
      let mapped = try TableLocation(s3: location)
      guard mapped.zone == table.zone else {
        throw LakeError(
          .invalidInput,
          "the table is in \(table.zone.rawValue), and its location \(location) in "
            + mapped.zone.rawValue, at: place,
          hint: "Name and location say the same zone.")
      }
      return mapped.path
    }
    return try PathSafety.components(of: location).joined(separator: "/")
  }
}

extension CreateExternalTable {
  /// Whether it names a directory with a log: `TBLPROPERTIES ('table_type' = 'DELTA')` of Athena,
  /// or `USING DELTA` of Spark.
  package var isDelta: Bool {
    if case .format(let name) = storage, name.text.lowercased() == "delta" { return true }
    return tableProperties.contains {
      $0.key.lowercased() == "table_type" && $0.text.lowercased() == "delta"
    }
  }
}

extension Statement {
  /// The table of files that the statement defines. Spark's `CREATE TABLE … USING DELTA LOCATION`
  /// is one: it makes nothing.
  package var definedTable: CreateExternalTable? {
    switch kind {
    case .createExternalTable(let create): return create
    case .createTable(let create):
      guard let location = create.location, create.query == nil, create.like == nil,
        create.format?.text.lowercased() == "delta", !create.isTemporary, !create.isReplacing
      else { return nil }
      var table = CreateExternalTable(create.name)
      table.ifNotExists = create.ifNotExists
      table.comment = create.comment
      table.location = location
      table.tableProperties = [Property("table_type", Expression(.literal(.string("DELTA"))))]
      table.columns = create.elements.compactMap { element in
        if case .column(let column) = element.kind { column } else { nil }
      }
      table.columns += create.partitionColumns
      return table
    default: return nil
    }
  }
}

extension TableFormat {
  /// The format that a SerDe reads; nil for one that is not known, whose files are looked at.
  fileprivate init?(serde: String) {
    let name = serde.lowercased()
    if name.contains("json") {
      self = .json
    } else if name.contains("csv") {
      self = .csv
    } else if name.contains("parquet") {
      self = .parquet
    } else {
      return nil
    }
  }
}

extension ReadingOptions {
  /// The byte that a delimiter stands for, as Hive writes it: itself, `\t`, `\001`, or a number.
  fileprivate static func byte(_ text: String) -> UInt8? {
    switch text {
    case "\\t": return UInt8(ascii: "\t")
    case "\\\\": return UInt8(ascii: "\\")
    default: break
    }
    if text.utf8.count == 1 { return text.utf8.first }
    if text.hasPrefix("\\"), let code = UInt8(text.dropFirst(), radix: 8) { return code }
    return nil
  }
}

extension CatalogColumn {
  fileprivate init(_ column: ColumnDefinition, isPartition: Bool = false) {
    self.init(
      column.name.text, column.type?.type ?? .varchar, isPartition: isPartition,
      comment: column.comment)
  }
}

extension Property {
  /// The value as text, whatever kind of literal it is.
  var text: String {
    if case .literal(.string(let text)) = value.kind { return text }
    return value.sql
  }
}
