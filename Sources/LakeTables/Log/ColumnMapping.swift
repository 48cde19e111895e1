import LakeCore

/// How the files of a table call its columns, where that is not as the table does: a column can
/// then be renamed or dropped without a file being touched.
package struct ColumnMapping: Sendable, Hashable {
  /// The columns of the table in their order, with the names in files, statistics and partitions;
  /// nested fields too.
  package let schema: Schema
  /// By the ids of columns and nested fields.
  package let names: [Int: String]
  /// Whether files are to be read by the ids of their columns and not by the names.
  package let isByID: Bool
}

extension TableMetadata {
  /// Nil where the names are the same.
  package var columnMapping: ColumnMapping? {
    get throws(LakeError) {
      let mode = configuration["delta.columnMapping.mode"] ?? "none"
      if mode == "none" { return nil }
      guard mode == "name" || mode == "id" else {
        throw LakeError(
          .unsupported, "the table uses columnMapping in the mode '\(mode)', which is not known")
      }
      guard let physical = schema.physical else {
        throw LakeError(
          .corruptData,
          "the table uses columnMapping, and does not say what its columns are "
            + "called in its files", hint: "The table's log is damaged.")
      }
      return ColumnMapping(
        schema: physical.schema, names: physical.names, isByID: mode == "id")
    }
  }
}

/// The names in files, by what the schema says beside each column and nested field.
struct PhysicalNames: Sendable, Hashable {
  private(set) var schema = Schema([])
  private(set) var names: [Int: String] = [:]

  /// Of the columns of a schema, as read from the same JSON. Nil where it says nothing of names.
  init?(_ elements: [JSONValue], _ schema: Schema) throws(LakeError) {
    self.schema.fields = try fields(elements, schema.fields)
    if names.isEmpty, self.schema == schema { return nil }
  }

  private mutating func fields(
    _ elements: [JSONValue], _ fields: [Field]
  ) throws(LakeError) -> [Field] {
    guard elements.count == fields.count else { return fields }
    var renamed: [Field] = []
    for (element, field) in zip(elements, fields) {
      let name = element["metadata"]?["delta.columnMapping.physicalName"]?.text ?? field.name
      if let id = element["metadata"]?["delta.columnMapping.id"]?.integer,
        names.updateValue(name, forKey: id) != nil
      {
        throw LakeError(.corruptData, "two columns of the schema have the id \(id)")
      }
      renamed.append(
        Field(
          name, try type(element["type"] ?? .null, field.type), isNullable: field.isNullable))
    }
    return renamed
  }

  private mutating func type(_ json: JSONValue, _ type: DataType) throws(LakeError) -> DataType {
    switch type {
    case .row(let fields): .row(try self.fields(json["fields"]?.elements ?? [], fields))
    case .array(let element): .array(try self.type(json["elementType"] ?? .null, element))
    case .map(let key, let value):
      .map(
        key: try self.type(json["keyType"] ?? .null, key),
        value: try self.type(json["valueType"] ?? .null, value))
    default: type
    }
  }
}
