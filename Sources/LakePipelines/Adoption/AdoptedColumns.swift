import LakeCore
import LakeFormats
import LakeTables

/// The columns of a table that is to be made of files: those of all of them by name, each in a type
/// that holds the values of all files without a loss; then those that their directories say.
struct AdoptedColumns {
  private(set) var fields: [Field] = []
  private(set) var partitionColumns: [String] = []
  /// The file in which each column was first seen.
  private var firstSeen: [String: String] = [:]
  /// The values that directories say, by column.
  private var texts: [[String]] = []

  init(of files: [(found: FoundFile, schema: Schema)]) throws {
    for (found, schema) in files {
      try add(schema, of: found.path)
      try addPartition(of: found, isFirst: found.path == files.first?.found.path)
    }
    for (index, column) in partitionColumns.enumerated() {
      if let place = Schema(fields).index(of: column) {
        // Some write such columns into the files too.
        partitionColumns[index] = fields[place].name
      } else {
        fields.append(Field(column, try AdoptedColumns.type(of: texts[index])))
      }
    }
  }

  private mutating func add(_ schema: Schema, of path: String) throws(LakeError) {
    for field in schema.fields {
      let type = field.type.withoutUnseen
      guard let place = Schema(fields).index(of: field.name) else {
        fields.append(Field(field.name, field.type.nullable))
        firstSeen[field.name] = path
        continue
      }
      guard let joined = fields[place].type.joined(with: field.type.nullable) else {
        throw LakeError(
          .invalidInput,
          "column \(field.name) is \(type) in this file and \(fields[place].type) in "
            + (firstSeen[fields[place].name] ?? "another one"),
          at: .file(path), hint: "Adopt files of one kind; or read them by a query that casts.")
      }
      fields[place].type = joined
    }
  }

  private mutating func addPartition(
    of found: FoundFile, isFirst: Bool
  ) throws(LakeError) {
    if isFirst {
      partitionColumns = found.partition.map(\.column)
      texts = partitionColumns.map { _ in [] }
    }
    let columns = found.partition.map(\.column)
    guard columns == partitionColumns else {
      throw LakeError(
        .invalidInput,
        "its directories say \(columns.isEmpty ? "nothing" : columns.joined(separator: ", ")), and "
          + "those of the first file "
          + (partitionColumns.isEmpty ? "nothing" : partitionColumns.joined(separator: ", ")),
        at: .file(found.path), hint: "All files of a table lie in directories of one kind.")
    }
    for (index, level) in found.partition.enumerated() {
      if let text = level.text { texts[index].append(text) }
    }
  }

  /// Whole numbers and dates where all values are spelled as such would be; else text.
  private static func type(of texts: [String]) throws -> DataType {
    if texts.isEmpty { return .varchar }
    for type in [DataType.bigint, .date]
    where try texts.allSatisfy({ try PartitionValue.isCanonical($0, as: type) }) {
      return type
    }
    return .varchar
  }

  /// The columns, as a table has them.
  var schema: Schema { Schema(fields.map { Field($0.name, $0.type.withoutUnseen) }) }
}

/// Values that the names of directories say.
enum PartitionValue {
  /// The value of a column; nil where the text is none of the type.
  static func value(_ text: String, as type: DataType) -> Value? {
    guard let vector = try? ColumnVector.of(.varchar, [.string(text)]),
      let cast = try? Kernels().cast(vector, to: type).raised()
    else { return nil }
    let value = cast.value(at: 0)
    return value.isNull ? nil : value
  }

  /// Whether the text is how a value of the type is spelled.
  static func isCanonical(_ text: String, as type: DataType) throws -> Bool {
    guard let value = value(text, as: type) else { return false }
    let vector = try ColumnVector.of(type, [value])
    return try Kernels().cast(vector, to: .varchar).raised().value(at: 0) == .string(text)
  }
}

extension DataType {
  /// The type with text where nothing was ever seen.
  var withoutUnseen: DataType { mapped { $0 == .unseen ? .varchar : $0 } }

  /// The type without anything said about nulls inside: tables have none of that.
  var nullable: DataType { mapped { $0 } }

  private func mapped(_ change: (DataType) -> DataType) -> DataType {
    switch self {
    case .array(let element): .array(element.mapped(change))
    case .map(let key, let value): .map(key: key.mapped(change), value: value.mapped(change))
    case .row(let fields): .row(fields.map { Field($0.name, $0.type.mapped(change)) })
    default: change(self)
    }
  }
}
