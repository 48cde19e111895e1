import LakeCore
import LakeEngine
import LakeSQL
import LakeTables

/// The rows of an earlier version again, through the checks of today: what a table under consent
/// is restored by.
struct RestoreEdit: TableEdit {
  let version: Int

  func step(in scene: EditScene) throws -> EditStep? {
    let earlier = try scene.table.snapshot(version: version)
    if earlier.version == scene.snapshot.version { return nil }
    let (then, now) = (earlier.schema.fields, scene.schema.fields)
    guard then.count == now.count,
      zip(then, now).allSatisfy({ $0.name == $1.name && $0.type == $1.type })
    else {
      throw LakeError(
        .unsupported,
        "version \(version) of \(scene.table.label) has other columns than today's checks are for",
        hint: "Make the table anew by its job (lake run).")
    }
    let rows = try scene.rows(of: earlier)
    return EditStep(try .rows(of: rows, scene.schema), .overwrite)
  }
}

extension TableEditor {
  /// Makes a table what it was after an earlier version, as a new version. Of a table under consent
  /// the rows of then are held to the grants of today.
  package func restore(
    _ target: EditTarget, to moment: TableMoment, in text: SourceText
  ) throws -> EditReport {
    let table = try target.table(in: session)
    let version: Int =
      switch moment {
      case .version(let version): version
      case .timestamp(let micros): try table.version(atTimestamp: Int(micros / 1000))
      }
    let earlier = try table.snapshot(version: version)
    let latest = try table.snapshot()
    let operation = "RESTORE"
    if earlier.contract?.isGoverned == true || latest.contract?.isGoverned == true {
      return try run(RestoreEdit(version: version), on: target, as: operation, in: text)
    }
    return try attempts(on: target) { report in
      let latest = try table.snapshot()
      report.rowsBefore = latest.rowCount
      report.bytesBefore = latest.byteCount
      if latest.metadata == earlier.metadata,
        Set(latest.files.map(\.key)) == Set(earlier.files.map(\.key))
      {
        return nil
      }
      let request = PublishRequest(
        operation: operation, details: [.init("lake.restored", .int(version))])
      return try table.restore(to: earlier, request)
    }
  }
}

extension Query {
  /// All columns of some rows, by name.
  static func rows(
    of name: QualifiedName, _ schema: Schema, orderedBy order: [Identifier] = []
  ) throws(LakeError) -> Query {
    let columns = schema.fields.map { Identifier($0.name, isQuoted: true).sql }
    var sql = "SELECT \(columns.joined(separator: ", ")) FROM \(name.sql)"
    if !order.isEmpty { sql += " ORDER BY " + order.map(\.sql).joined(separator: ", ") }
    guard case .query(let query) = try SQLParser.parseStatement(sql).kind else {
      throw LakeError(.internal, "the query of rows is none")
    }
    return query
  }
}
