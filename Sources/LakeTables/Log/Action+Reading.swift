import LakeCore

extension Action {
  /// Reads one line; nil where it is an action that changes nothing for a reader of our version,
  /// such as the description of a change-data file.
  static func parse(line: some Sequence<UInt8>) throws(LakeError) -> Action? {
    try Action(try JSONValue(parsing: line))
  }

  init?(_ value: JSONValue) throws(LakeError) {
    guard let members = value.members, members.count == 1, let member = members.first else {
      throw Action.damage("a line of the log is no object with one action")
    }
    try self.init(named: member.name, member.value)
  }

  private init?(named name: String, _ body: JSONValue) throws(LakeError) {
    switch name {
    case "protocol": self = .tableProtocol(try TableProtocol(body))
    case "metaData": self = .metadata(try TableMetadata(body))
    case "add": self = .add(try AddedFile(body))
    case "remove": self = .remove(try RemovedFile(body))
    case "txn": self = .transaction(try TableTransaction(body))
    case "commitInfo": self = .commitInfo(CommitInfo(members: body.members ?? []))
    // Extras that readers of the table itself pass by: change data, and settings of writers.
    case "cdc", "domainMetadata": return nil
    // What a checkpoint says of itself; the files that it refers to are read with it.
    case "checkpointMetadata", "sidecar": return nil
    default:
      throw LakeError(
        .unsupported, "the log holds an action that is not known, '\(name)'",
        hint: "The table needs a newer reader.")
    }
  }

  static func damage(_ message: String) -> LakeError {
    LakeError(.corruptData, message, hint: "The table's log is damaged; restore it from a copy.")
  }
}

extension JSONValue {
  fileprivate func required<T>(
    _ name: String, _ read: (JSONValue) -> T?, in action: String
  ) throws(LakeError) -> T {
    guard let member = self[name], let value = read(member) else {
      throw Action.damage("'\(action)' in the log lacks '\(name)', or it is of a wrong kind")
    }
    return value
  }

  /// A member that may be absent or null, but not of another kind.
  fileprivate func optional<T>(
    _ name: String, _ read: (JSONValue) -> T?, in action: String
  ) throws(LakeError) -> T? {
    guard let member = self[name], !member.isNull else { return nil }
    return try required(name, { _ in read(member) }, in: action)
  }

  fileprivate var texts: [String]? {
    guard let elements else { return nil }
    let texts = elements.compactMap(\.text)
    return texts.count == elements.count ? texts : nil
  }

  fileprivate var dictionary: [String: String]? {
    guard let members else { return nil }
    var result: [String: String] = [:]
    for member in members {
      guard let text = member.value.text else { return nil }
      result[member.name] = text
    }
    return result
  }

  fileprivate var partitionValues: [String: String?]? {
    guard let members else { return nil }
    var result: [String: String?] = [:]
    for member in members {
      guard member.value.isNull || member.value.text != nil else { return nil }
      result.updateValue(member.value.text, forKey: member.name)
    }
    return result
  }
}

extension TableProtocol {
  fileprivate init(_ body: JSONValue) throws(LakeError) {
    self.init(
      minReaderVersion: try body.required("minReaderVersion", \.integer, in: "protocol"),
      minWriterVersion: try body.required("minWriterVersion", \.integer, in: "protocol"),
      readerFeatures: try body.optional("readerFeatures", \.texts, in: "protocol"),
      writerFeatures: try body.optional("writerFeatures", \.texts, in: "protocol"))
  }
}

extension TableMetadata {
  fileprivate init(_ body: JSONValue) throws(LakeError) {
    let provider = body["format"]?["provider"]?.text ?? "parquet"
    if provider != "parquet" {
      throw LakeError(.unsupported, "the table's files are of the format '\(provider)'")
    }
    self.init(
      id: try body.required("id", \.text, in: "metaData"),
      name: try body.optional("name", \.text, in: "metaData"),
      comment: try body.optional("description", \.text, in: "metaData"),
      schema: try DeltaSchema(
        parsing: try body.required("schemaString", \.text, in: "metaData")),
      partitionColumns: try body.optional("partitionColumns", \.texts, in: "metaData") ?? [],
      configuration: try body.optional("configuration", \.dictionary, in: "metaData") ?? [:],
      createdTime: try body.optional("createdTime", \.integer, in: "metaData"))
  }
}

extension AddedFile {
  fileprivate init(_ body: JSONValue) throws(LakeError) {
    let size = try body.required("size", \.integer, in: "add")
    if size < 0 { throw Action.damage("'add' in the log has a negative size") }
    let encoded = try body.required("path", \.text, in: "add")
    self.init(
      path: try DataPath.decode(encoded),
      partitionValues: try body.optional("partitionValues", \.partitionValues, in: "add") ?? [:],
      size: size,
      modificationTime: try body.required("modificationTime", \.integer, in: "add"),
      dataChange: try body.required("dataChange", \.boolean, in: "add"),
      statisticsText: body["stats"]?.text,
      deletionVector: try DeletionVector(body["deletionVector"]),
      tags: try body.optional("tags", \.partitionValues, in: "add"))
    spelling = DataPath.spelling(encoded, of: path)
  }
}

extension RemovedFile {
  fileprivate init(_ body: JSONValue) throws(LakeError) {
    let encoded = try body.required("path", \.text, in: "remove")
    self.init(
      path: try DataPath.decode(encoded),
      deletionTimestamp: try body.optional("deletionTimestamp", \.integer, in: "remove"),
      dataChange: try body.optional("dataChange", \.boolean, in: "remove") ?? true,
      size: try body.optional("size", \.integer, in: "remove"),
      partitionValues: try body.optional("partitionValues", \.partitionValues, in: "remove"),
      deletionVector: try DeletionVector(body["deletionVector"]))
    spelling = DataPath.spelling(encoded, of: path)
  }
}

extension DeletionVector {
  /// Nil where there is none.
  init?(_ body: JSONValue?) throws(LakeError) {
    guard let body, !body.isNull else { return nil }
    try self.init(
      storage: try body.required("storageType", \.text, in: "deletionVector"),
      content: try body.required("pathOrInlineDv", \.text, in: "deletionVector"),
      offset: try body.optional("offset", \.integer, in: "deletionVector"),
      byteCount: try body.required("sizeInBytes", \.integer, in: "deletionVector"),
      rowCount: try body.required("cardinality", \.integer, in: "deletionVector"))
  }
}

extension TableTransaction {
  fileprivate init(_ body: JSONValue) throws(LakeError) {
    self.init(
      application: try body.required("appId", \.text, in: "txn"),
      version: try body.required("version", \.integer, in: "txn"),
      lastUpdated: try body.optional("lastUpdated", \.integer, in: "txn"))
  }
}
