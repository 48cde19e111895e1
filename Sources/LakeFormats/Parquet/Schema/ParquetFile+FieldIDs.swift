import LakeCore

extension ParquetFile {
  /// The schema with fields called by their ids: each whose id has a name bears it, and each other
  /// one a name that no column has. Types, nested ones too, are those of the file.
  ///
  /// A file without any ids cannot be read so.
  package func schema(namedByID names: [Int: String]) throws(LakeError) -> Schema {
    guard nodes.contains(where: { $0.fieldID != nil }) else {
      throw LakeError(
        .corruptData, "the file's columns have no ids, by which its table finds them",
        at: .file(path))
    }
    return Schema(
      zip(schema.fields, nodes).map { field, node in
        ParquetFile.named(field, node, names)
      })
  }

  private static func named(_ field: Field, _ node: ColumnNode, _ names: [Int: String]) -> Field {
    // No column of a table has this byte in its name.
    let name = node.fieldID.flatMap { names[$0] } ?? "\u{0}\(field.name)"
    return Field(name, named(field.type, node, names), isNullable: field.isNullable)
  }

  private static func named(
    _ type: DataType, _ node: ColumnNode, _ names: [Int: String]
  ) -> DataType {
    switch (type, node.kind) {
    case (.row(let fields), .row(let members)):
      return .row(zip(fields, members).map { named($0, $1, names) })
    case (.array(let element), .list(let item, _)):
      return .array(named(element, item, names))
    case (.map(let key, let value), .list(let entries, _)):
      guard case .row(let parts) = entries.kind, parts.count == 2 else { return type }
      return .map(key: named(key, parts[0], names), value: named(value, parts[1], names))
    default: return type
    }
  }
}
