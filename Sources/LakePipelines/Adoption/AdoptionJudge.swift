import LakeCore
import LakeFormats
import LakeTables

/// Says of a file of another program what it would be to a table: one of its own as it is, rows
/// that have to be written anew, or an error.
struct AdoptionJudge: Sendable {
  enum Verdict: Sendable {
    case take(DataFileSummary, Partition?)
    case rewrite([String])
    case pass(String)
  }

  struct Judgement: Sendable {
    var verdict: Verdict
    /// The values that directories say, by the places of the columns.
    var constants: [Int: Value]
    var rowCount: Int
  }

  private let name: TableName
  /// With their places in the table.
  private let dataColumns: [(place: Int, field: Field)]
  private let schema: Schema
  private let partitionColumns: [String]
  private let kernels: Kernels

  init(_ name: TableName, _ snapshot: Snapshot, _ kernels: Kernels) {
    self.name = name
    schema = snapshot.schema
    partitionColumns = snapshot.metadata.partitionColumns
    let partitions = Schema(partitionColumns.map { Field($0, .varchar) })
    dataColumns = snapshot.schema.fields.enumerated().compactMap { place, field in
      partitions.index(of: field.name) == nil ? (place, field) : nil
    }
    self.kernels = kernels
  }

  func judge(_ file: ParquetFile, _ found: FoundFile) throws -> Judgement {
    if file.isPartial {
      throw LakeError(
        .unsupported, "a part of it is encrypted, or lies in another file", at: .file(found.path))
    }
    let constants = try self.constants(of: found, besides: file.schema)
    try requireFitting(file, found, constants)
    try requireNewCalendar(file, found)
    var judgement = Judgement(
      verdict: .pass("it has no rows"), constants: constants, rowCount: file.rowCount)
    if file.rowCount == 0 { return judgement }
    let reasons = try reasonsToRewrite(file, constants)
    judgement.verdict =
      reasons.isEmpty
      ? .take(summary(of: file, found), try partition(constants)) : .rewrite(reasons)
    return judgement
  }

  private func summary(of file: ParquetFile, _ found: FoundFile) -> DataFileSummary {
    let columns = dataColumns.indices.map { index in
      let proof = file.proof(ofColumn: index)
      return DataFileSummary.Column(
        minimum: proof.minimum, maximum: proof.maximum, nullCount: proof.nullCount)
    }
    return DataFileSummary(
      rowCount: file.rowCount, byteCount: found.status.size, columns: columns)
  }

  // MARK: - Directories

  /// The values that directories say, by the places of the columns. A column that the file holds
  /// is read from the file.
  private func constants(
    of found: FoundFile, besides fileSchema: Schema
  ) throws(LakeError) -> [Int: Value] {
    var constants: [Int: Value] = [:]
    for (column, text) in found.partition {
      guard let place = schema.index(of: column) else {
        throw LakeError(
          .invalidInput, "its directory says \(column), which is no column of \(name)",
          at: .file(found.path),
          hint: Suggestion.hint(for: column, among: schema.fields.map(\.name)))
      }
      if constants[place] != nil {
        throw LakeError(
          .invalidInput, "its directories say \(column) twice", at: .file(found.path))
      }
      if fileSchema.index(of: column) != nil { continue }
      let type = schema.fields[place].type
      guard let text else {
        constants[place] = .null
        continue
      }
      guard let value = PartitionValue.value(text, as: type) else {
        throw LakeError(
          .invalidInput, "its directory says '\(text)' of \(column), which is no \(type)",
          at: .file(found.path))
      }
      constants[place] = value
    }
    return constants
  }

  private func partition(_ constants: [Int: Value]) throws -> Partition? {
    if partitionColumns.isEmpty { return nil }
    var columns: [ColumnVector] = []
    for column in partitionColumns {
      guard let place = schema.index(of: column), let value = constants[place] else { return nil }
      columns.append(try ColumnVector.of(schema.fields[place].type, [value]))
    }
    return try Partition(
      partitionColumns, of: 0, in: Batch(columns: columns, rowCount: 1), kernels)
  }

  // MARK: - Columns

  /// Whether the file's rows can be rows of the table; the error tells all that is in the way.
  private func requireFitting(
    _ file: ParquetFile, _ found: FoundFile, _ constants: [Int: Value]
  ) throws(LakeError) {
    var faults: [String] = []
    var seen: Set<Int> = []
    var hasLocalTimes = false
    for field in file.schema.fields {
      guard let place = schema.index(of: field.name) else {
        faults.append("\(name) has no column \(field.name)")
        continue
      }
      let wanted = schema.fields[place].type
      if !seen.insert(place).inserted {
        faults.append("it has the column \(field.name) twice")
      } else if !holds(field.type, in: wanted) {
        faults.append("\(field.name) is \(field.type.nullable) and not \(wanted)")
        hasLocalTimes = hasLocalTimes || field.type == .localTimestamp && wanted == .timestamp
      }
    }
    for (place, field) in schema.fields.enumerated()
    where !seen.contains(place) && constants[place] == nil {
      if !field.isNullable {
        faults.append("it lacks \(field.name), which is NOT NULL")
      } else if partitionColumns.contains(field.name) {
        faults.append("neither it nor its directory has \(field.name), a column of partitions")
      }
    }
    if faults.isEmpty { return }
    throw LakeError(
      .invalidInput, "the file does not fit \(name): " + faults.joined(separator: "; "),
      at: .file(found.path),
      hint: hasLocalTimes
        ? "Write times with their zone (UTC); or CAST(… AS timestamp) in an INSERT … SELECT."
        : "INSERT INTO \(name) SELECT … FROM '\(found.path)' can choose and cast columns.")
  }

  /// Whether a type holds all values of another one.
  private func holds(_ found: DataType, in wanted: DataType) -> Bool {
    wanted.nullable.joined(with: found.nullable) == wanted.nullable
  }

  /// Days that Spark counted by the calendar of then mean others to whoever does not know it.
  private func requireNewCalendar(
    _ file: ParquetFile, _ found: FoundFile
  ) throws(LakeError) {
    guard file.hasOldCalendar else { return }
    for (index, field) in file.schema.fields.enumerated() {
      let earliest: Int64? =
        switch field.type {
        case .date: -141_427
        case .timestamp: -2_208_988_800_000_000
        default: nil
        }
      guard let earliest, file.rowCount > 0 else { continue }
      let proof = file.proof(ofColumn: index)
      if case .int(let least)? = proof.minimum, least >= earliest { continue }
      if proof.nullCount == file.rowCount { continue }
      throw LakeError(
        .unsupported,
        "\(field.name) may hold old days that Spark has counted by the calendar of their time",
        at: .file(found.path),
        hint: "Write it with Spark 3 and spark.sql.parquet.datetimeRebaseModeInWrite=CORRECTED.")
    }
  }

  // MARK: - Differences that can be mended

  private func reasonsToRewrite(
    _ file: ParquetFile, _ constants: [Int: Value]
  ) throws(LakeError) -> [String] {
    var reasons: [String] = []
    for (place, field) in schema.fields.enumerated() {
      let isPartition = partitionColumns.contains(field.name)
      if constants[place] != nil, !isPartition {
        reasons.append("its directory says \(field.name)")
      } else if constants[place] == nil, isPartition {
        reasons.append("it holds \(field.name), by which the table is partitioned")
      } else if !isPartition, file.schema.index(of: field.name) == nil {
        reasons.append("it lacks \(field.name)")
      }
    }
    if reasons.isEmpty { reasons += namesAndOrder(file) }
    return reasons + (try strangeColumns(file))
  }

  /// What is strange about columns, each with all that share it.
  private func strangeColumns(_ file: ParquetFile) throws(LakeError) -> [String] {
    var found: [(reason: String, columns: [String])] = []
    func note(_ reason: String, _ column: String) {
      if let place = found.firstIndex(where: { $0.reason == reason }) {
        found[place].columns.append(column)
      } else {
        found.append((reason, [column]))
      }
    }
    for (_, field) in dataColumns {
      guard let index = file.schema.index(of: field.name) else { continue }
      let type = DeltaSchema.fileSchema(of: Schema([field])).fields[0].type.nullable
      if let reason = try file.strangeness(ofColumn: index, as: type) {
        note(reason, field.name)
      } else if !field.isNullable, file.proof(ofColumn: index).nullCount == nil {
        note("nothing shows that it has no nulls", field.name)
      }
    }
    return found.map { "\($0.columns.listed): \($0.reason)" }
  }

  private func namesAndOrder(_ file: ParquetFile) -> [String] {
    for (field, (_, wanted)) in zip(file.schema.fields, dataColumns) where field.name != wanted.name
    {
      return field.name.lowercased() == wanted.name.lowercased()
        ? ["it calls \(wanted.name) \(field.name)"] : ["its columns are in another order"]
    }
    return []
  }
}
