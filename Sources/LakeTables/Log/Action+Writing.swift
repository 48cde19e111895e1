import LakeCore

extension Action {
  /// The action as a line of a log entry, without a newline.
  package var json: JSONValue {
    switch self {
    case .tableProtocol(let body): .object(["protocol": body.json])
    case .metadata(let body): .object(["metaData": body.json])
    case .add(let body): .object(["add": body.json])
    case .remove(let body): .object(["remove": body.json])
    case .transaction(let body): .object(["txn": body.json])
    case .commitInfo(let body): .object(["commitInfo": .object(body.members)])
    }
  }

  /// The bytes of a log entry.
  static func entry(_ actions: [Action]) -> [UInt8] {
    var bytes: [UInt8] = []
    for action in actions {
      action.json.write(to: &bytes)
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }
}

extension TableProtocol {
  fileprivate var json: JSONValue {
    .object([
      "minReaderVersion": .int(minReaderVersion),
      "minWriterVersion": .int(minWriterVersion),
      "readerFeatures": readerFeatures.map { .array($0.map { .string($0) }) },
      "writerFeatures": writerFeatures.map { .array($0.map { .string($0) }) },
    ])
  }
}

extension TableMetadata {
  fileprivate var json: JSONValue {
    .object([
      "id": .string(id),
      "name": name.map { .string($0) },
      "description": comment.map { .string($0) },
      "format": .object(["provider": .string("parquet"), "options": .object([])]),
      "schemaString": .string(schema.text),
      "partitionColumns": .array(partitionColumns.map { .string($0) }),
      "configuration": .object(
        configuration.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }),
      "createdTime": createdTime.map { .int($0) },
    ])
  }
}

extension AddedFile {
  fileprivate var json: JSONValue {
    .object([
      "path": .string(spelling ?? DataPath.encode(path)),
      "partitionValues": partitionValues.json,
      "size": .int(size),
      "modificationTime": .int(modificationTime),
      "dataChange": .bool(dataChange),
      "tags": tags?.json,
      "stats": statisticsText.map { .string($0) },
      "deletionVector": deletionVector?.json,
    ])
  }
}

extension RemovedFile {
  fileprivate var json: JSONValue {
    .object([
      "path": .string(spelling ?? DataPath.encode(path)),
      "deletionTimestamp": deletionTimestamp.map { .int($0) },
      "dataChange": .bool(dataChange),
      "extendedFileMetadata": size == nil || partitionValues == nil ? nil : .bool(true),
      "partitionValues": partitionValues?.json,
      "size": size.map { .int($0) },
      "deletionVector": deletionVector?.json,
    ])
  }
}

extension DeletionVector {
  fileprivate var json: JSONValue {
    .object([
      "storageType": .string(storage.rawValue), "pathOrInlineDv": .string(content),
      "offset": offset.map { .int($0) }, "sizeInBytes": .int(byteCount),
      "cardinality": .int(rowCount),
    ])
  }
}

extension TableTransaction {
  fileprivate var json: JSONValue {
    .object([
      "appId": .string(application),
      "version": .int(version),
      "lastUpdated": lastUpdated.map { .int($0) },
    ])
  }
}

extension [String: String?] {
  fileprivate var json: JSONValue {
    .object(
      sorted { $0.key < $1.key }.map { .init($0.key, $0.value.map { .string($0) } ?? .null) })
  }
}
