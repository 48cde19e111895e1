import LakeCore
import LakeSQL
import LakeTables

extension JobDefinition {
  /// What TBLPROPERTIES says, for the table's log. What is about other programs' files is kept as
  /// it is.
  var loggedProperties: [String: String] {
    get throws(LakeError) {
      var properties: [String: String] = [:]
      for property in tableProperties {
        try TableProperties.requireSettable(
          property.key, at: text.place(at: property.range.lowerBound))
        if case .literal(.string(let value)) = property.value.kind {
          properties[property.key] = value
        } else {
          properties[property.key] = property.value.sql
        }
      }
      return properties
    }
  }

  /// The columns by whose values the rows are put into directories: PARTITIONED BY, as Spark and
  /// Hive have it, or Athena's WITH (partitioned_by = ARRAY['day']).
  func partitionColumns(of schema: Schema) throws(LakeError) -> [String] {
    var names: [(name: String, range: Range<Int>)] = []
    for expression in partitionedBy { names.append((try name(expression), expression.range)) }
    for property in properties where property.key.lowercased() == "partitioned_by" {
      guard names.isEmpty, case .array(let elements) = property.value.kind else {
        throw LakeError(
          .invalidInput, "partitioned_by is a list of columns",
          at: text.place(at: property.range.lowerBound),
          hint: "Write WITH (partitioned_by = ARRAY['day']).")
      }
      for element in elements { names.append((try name(element), element.range)) }
    }
    return try names.map { (wanted) throws(LakeError) in
      if let index = schema.index(of: wanted.name) { return schema.fields[index].name }
      throw LakeError(
        .notFound, "\(target) is partitioned by '\(wanted.name)', which is none of its columns",
        at: text.place(at: wanted.range.lowerBound),
        hint: Suggestion.hint(for: wanted.name, among: schema.fields.map(\.name)))
    }
  }

  private func name(_ expression: Expression) throws(LakeError) -> String {
    switch expression.kind {
    case .literal(.string(let text)): return text
    case .name(let name) where name.parts.count == 1: return name.parts[0].text
    default:
      throw LakeError(
        .unsupported, "tables are partitioned by columns, and not by '\(expression.sql)'",
        at: text.place(at: expression.range.lowerBound),
        hint: "Give the value a name in the SELECT, and partition by that.")
    }
  }
}
