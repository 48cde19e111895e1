import LakeCore

/// What a table of others asks of whoever writes to it, beside rows that fit. All of it is done, or
/// nothing is written: a feature that is in force and not known here is refused by its name.
struct WriterDemands {
  private let snapshot: Snapshot

  /// Features of writers that ask nothing of us, or whose demands are looked for one by one below.
  private static let known: Set = [
    "appendOnly", "invariants", "checkConstraints", "changeDataFeed", "generatedColumns",
    "identityColumns", "allowColumnDefaults", "columnMapping", "deletionVectors", "timestampNtz",
    "vacuumProtocolCheck", "v2Checkpoint",
  ]

  init(_ snapshot: Snapshot) {
    self.snapshot = snapshot
  }

  private var metadata: TableMetadata { snapshot.metadata }

  func requireMet(keepingRows: Bool) throws(LakeError) {
    try requireKnownFeatures()
    if metadata.configuration[TableContract.key] != nil {
      throw refusal(
        "it is a managed table of a workspace, which holds its rows to more than its log says",
        "Write it there, under its name.")
    }
    if !keepingRows, isOn("delta.appendOnly") {
      throw refusal(
        "it is append-only (delta.appendOnly)", "INSERT INTO adds rows; those that are there stay.")
    }
    if isOn("delta.enableChangeDataFeed") {
      throw refusal("it keeps a feed of changes (changeDataFeed)", WriterDemands.readable)
    }
    if isOn("delta.enableRowTracking") {
      throw refusal("it tracks its rows (rowTracking)", WriterDemands.readable)
    }
    if try metadata.columnMapping != nil {
      throw refusal(
        "its columns have other names in its files (columnMapping)", WriterDemands.readable)
    }
    try requirePlainColumns()
  }

  private static let readable = "It can be read; write it with the program that made it."

  private func requireKnownFeatures() throws(LakeError) {
    let table = snapshot.tableProtocol
    if table.minWriterVersion > 7 {
      throw refusal(
        "it needs writer version \(table.minWriterVersion) of Delta", "Versions up to 7 are known.")
    }
    let features = (table.writerFeatures ?? []) + (table.readerFeatures ?? [])
    let unknown = Set(features).subtracting(WriterDemands.known).sorted()
    if unknown.isEmpty { return }
    throw refusal("it uses \(unknown.joined(separator: ", "))", WriterDemands.readable)
  }

  /// Values that a writer has to make up or to look into.
  private func requirePlainColumns() throws(LakeError) {
    for field in snapshot.schema.fields {
      for member in metadata.schema.fieldMetadata[field.name] ?? [] {
        let feature: String? =
          switch member.name {
          case "delta.generationExpression": "is computed from others (generatedColumns)"
          case "CURRENT_DEFAULT": "has a default (allowColumnDefaults)"
          case let name where name.hasPrefix("delta.identity."):
            "is numbered by its writers (identityColumns)"
          default: nil
          }
        if let feature {
          throw refusal("its column '\(field.name)' \(feature)", WriterDemands.readable)
        }
      }
    }
    if let column = metadata.schema.nestedDemand {
      throw refusal(
        "its column '\(column)' says which of its parts are never null, which is not checked",
        WriterDemands.readable)
    }
  }

  private func isOn(_ property: String) -> Bool {
    metadata.configuration[property]?.lowercased() == "true"
  }

  private func refusal(_ message: String, _ hint: String) -> LakeError {
    LakeError(.unsupported, message, hint: hint)
  }
}

extension Snapshot {
  /// A condition that others hold every row to, in the words of Spark.
  package struct DeclaredCheck: Sendable, Hashable {
    /// The constraint's name, or that of the column that has the invariant.
    package var name: String
    package var condition: String
  }

  /// CHECK constraints by name, then invariants in the order of columns.
  package var declaredChecks: [DeclaredCheck] {
    let prefix = "delta.constraints."
    let constraints = metadata.configuration.filter { $0.key.lowercased().hasPrefix(prefix) }
      .sorted { $0.key < $1.key }
      .map { DeclaredCheck(name: String($0.key.dropFirst(prefix.count)), condition: $0.value) }
    let invariants = schema.fields.compactMap { field -> DeclaredCheck? in
      let member = metadata.schema.fieldMetadata[field.name]?.last { $0.name == "delta.invariants" }
      guard let value = member?.value else { return nil }
      let json = value.text.flatMap { try? JSONValue(parsing: $0) }
      // What cannot be read is no condition, and refused as such.
      let condition = json?["expression"]?["expression"]?.text ?? value.description
      return DeclaredCheck(name: field.name, condition: condition)
    }
    return constraints + invariants
  }
}
