import LakeCatalog
import LakeCore
import LakeSQL

extension TableDefinition {
  /// What a `CREATE EXTERNAL TABLE` says, as Glue, Athena and Hive write it.
  package init(_ create: CreateExternalTable, in text: SourceText) throws(LakeError) {
    let named = try TableName.required(create.name, for: "CREATE EXTERNAL TABLE", in: text)
    self.init(named)
    if let location = create.location {
      self.location = try TableDefinition.location(
        location, of: named, at: text.place(at: create.name.range.lowerBound))
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
