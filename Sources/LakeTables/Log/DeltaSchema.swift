import LakeCore

/// The columns of a table as Delta's `schemaString` has them, with what it says of a column beside
/// its type: comments, and whatever other writers put there, which is kept.
package struct DeltaSchema: Sendable {
  package var schema: Schema
  /// By the name of a column: what `metadata` says of it. Columns without any have no entry.
  package var fieldMetadata: [String: [JSONValue.Member]]
  /// What the columns are called in the files, where the log says so.
  var physical: PhysicalNames?
  /// The first column that says of parts of its values that they are never null, or holds them to
  /// something else. Types do not say it here.
  private(set) var nestedDemand: String?

  /// Where the type of a column that Delta has no word for is kept.
  private static let typeKey = "lake.type"

  package init(_ schema: Schema, fieldMetadata: [String: [JSONValue.Member]] = [:]) {
    self.schema = schema
    self.fieldMetadata = fieldMetadata
  }

  /// The comment of a column.
  package mutating func setComment(_ comment: String?, of column: String) {
    var members = (fieldMetadata[column] ?? []).filter { $0.name != "comment" }
    if let comment { members.append(.init("comment", .string(comment))) }
    fieldMetadata[column] = members.isEmpty ? nil : members
  }

  package func comment(of column: String) -> String? {
    fieldMetadata[column]?.last { $0.name == "comment" }?.value.text
  }

  /// The columns as the data files have them: `json` as text, since readers of the log compare what
  /// a file says of a column with what the log says.
  package static func fileSchema(of schema: Schema) -> Schema {
    Schema(schema.fields.map { fileField($0) })
  }

  private static func fileField(_ field: Field) -> Field {
    Field(field.name, fileType(field.type), isNullable: field.isNullable)
  }

  private static func fileType(_ type: DataType) -> DataType {
    switch type {
    case .json: .varchar
    case .array(let element): .array(fileType(element))
    case .map(let key, let value): .map(key: fileType(key), value: fileType(value))
    case .row(let fields): .row(fields.map { fileField($0) })
    default: type
    }
  }

  /// Why a type cannot stand in a table, as an error; nil where it can.
  package static func obstacle(to field: Field) -> LakeError? {
    guard let type = unknownType(field.type) else { return nil }
    return LakeError(
      .unsupported, "the column \(field.name) has the type \(type), which a table cannot hold",
      hint: hint(for: type, column: field.name))
  }

  /// The first type in a type that has no word in Delta's first version.
  private static func unknownType(_ type: DataType) -> DataType? {
    switch type {
    case .time, .localTimestamp, .intervalYearToMonth, .intervalDayToSecond, .uuid: type
    case .array(let element): unknownType(element)
    case .map(let key, let value): unknownType(key) ?? unknownType(value)
    case .row(let fields): fields.lazy.compactMap { unknownType($0.type) }.first
    default: nil
    }
  }

  private static func hint(for type: DataType, column: String) -> String {
    switch type {
    case .localTimestamp: "Say in which zone it is: CAST(\(column) AS timestamp)."
    default: "Make text of it: CAST(\(column) AS varchar)."
    }
  }
}

// MARK: - Equality

/// Two schemas are the same if their columns are, and what they say of them. `nestedDemand` follows
/// from a text that is not kept.
extension DeltaSchema: Hashable {
  package static func == (a: DeltaSchema, b: DeltaSchema) -> Bool {
    a.schema == b.schema && a.fieldMetadata == b.fieldMetadata && a.physical == b.physical
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(schema)
    hasher.combine(fieldMetadata)
  }
}

// MARK: - Writing

extension DeltaSchema {
  /// The `schemaString`.
  package var text: String {
    let fields = schema.fields.map { field in
      var metadata = (fieldMetadata[field.name] ?? []).filter { $0.name != DeltaSchema.typeKey }
      if DeltaSchema.losesType(field.type) {
        metadata.append(.init(DeltaSchema.typeKey, .string(field.type.spelled(.hive))))
      }
      return DeltaSchema.json(of: field, metadata: metadata)
    }
    return JSONValue.object(["type": .string("struct"), "fields": .array(fields)]).description
  }

  private static func json(of field: Field, metadata: [JSONValue.Member]) -> JSONValue {
    .object([
      "name": .string(field.name), "type": json(of: field.type),
      "nullable": .bool(field.isNullable), "metadata": .object(metadata),
    ])
  }

  /// Whether there is something in a type that is a string to Delta and another type to us.
  private static func losesType(_ type: DataType) -> Bool {
    switch type {
    case .json, .unseen: true
    case .array(let element): losesType(element)
    case .map(let key, let value): losesType(key) || losesType(value)
    case .row(let fields): fields.contains { losesType($0.type) }
    default: false
    }
  }

  private static func json(of type: DataType) -> JSONValue {
    switch type {
    case .array(let element):
      .object([
        "type": .string("array"), "elementType": json(of: element), "containsNull": .bool(true),
      ])
    case .map(let key, let value):
      .object([
        "type": .string("map"), "keyType": json(of: key), "valueType": json(of: value),
        "valueContainsNull": .bool(true),
      ])
    case .row(let fields):
      .object([
        "type": .string("struct"),
        "fields": .array(fields.map { json(of: $0, metadata: []) }),
      ])
    default: .string(name(of: type))
    }
  }

  private static func name(of type: DataType) -> String {
    switch type {
    case .tinyint: "byte"
    case .smallint: "short"
    case .integer: "integer"
    case .bigint: "long"
    case .json, .unseen: "string"
    // The others are called as in Hive: boolean, float, double, decimal(p,s), string, binary, date,
    // timestamp. `obstacle` keeps those away that Delta does not know.
    default: type.spelled(.hive)
    }
  }
}

// MARK: - Reading

extension DeltaSchema {
  package init(parsing text: String) throws(LakeError) {
    let value = try JSONValue(parsing: text)
    guard value["type"]?.text == "struct", let elements = value["fields"]?.elements else {
      throw DeltaSchema.damage("the schema is no struct")
    }
    self.init(Schema([]))
    for element in elements {
      let (field, metadata) = try DeltaSchema.field(element)
      schema.fields.append(field)
      if !metadata.isEmpty { fieldMetadata[field.name] = metadata }
      if nestedDemand == nil, DeltaSchema.holdsParts(element["type"] ?? .null) {
        nestedDemand = field.name
      }
    }
    physical = try PhysicalNames(elements, schema)
    var seen: Set<String> = []
    for field in schema.fields where !seen.insert(field.name.lowercased()).inserted {
      throw DeltaSchema.damage("two columns are called \(field.name)")
    }
  }

  /// Whether a type says something of the values in its values that is to be held to.
  private static func holdsParts(_ type: JSONValue) -> Bool {
    if type["containsNull"]?.boolean == false || type["valueContainsNull"]?.boolean == false {
      return true
    }
    for key in ["elementType", "keyType", "valueType"] {
      if let part = type[key], holdsParts(part) { return true }
    }
    return (type["fields"]?.elements ?? []).contains { field in
      field["nullable"]?.boolean == false || field["metadata"]?["delta.invariants"] != nil
        || holdsParts(field["type"] ?? .null)
    }
  }

  private static func field(
    _ value: JSONValue
  ) throws(LakeError) -> (Field, [JSONValue.Member]) {
    guard let name = value["name"]?.text, let type = value["type"] else {
      throw damage("a column of the schema lacks its name or its type")
    }
    let metadata = value["metadata"]?.members ?? []
    var field = Field(name, try dataType(type), isNullable: value["nullable"]?.boolean ?? true)
    // Believed only where it says the same in Delta's words.
    if let ours = value["metadata"]?[typeKey]?.text, let known = try? DataType(parsing: ours),
      json(of: known) == json(of: field.type)
    {
      field.type = known
    }
    return (field, metadata.filter { $0.name != typeKey })
  }

  private static func dataType(_ value: JSONValue) throws(LakeError) -> DataType {
    if let name = value.text { return try primitive(name) }
    switch value["type"]?.text {
    case "array":
      guard let element = value["elementType"] else { break }
      return .array(try dataType(element))
    case "map":
      guard let key = value["keyType"], let item = value["valueType"] else { break }
      return .map(key: try dataType(key), value: try dataType(item))
    case "struct":
      guard let elements = value["fields"]?.elements else { break }
      var fields: [Field] = []
      for element in elements { fields.append(try field(element).0) }
      return .row(fields)
    default: break
    }
    throw damage("the schema holds a type that is not known: \(value)")
  }

  private static func primitive(_ name: String) throws(LakeError) -> DataType {
    switch name {
    case "byte": return .tinyint
    case "short": return .smallint
    case "integer": return .integer
    case "long": return .bigint
    case "string": return .varchar
    case "boolean", "float", "double", "binary", "date", "timestamp", "timestamp_ntz":
      return try DataType(parsing: name)
    case _ where name.hasPrefix("decimal"): return try DataType(parsing: name)
    default: throw damage("the schema holds a type that is not known: \(name)")
    }
  }

  private static func damage(_ message: String) -> LakeError {
    LakeError(.corruptData, message, hint: "The table's log is damaged, or needs a newer reader.")
  }
}
