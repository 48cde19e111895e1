import LakeCore

/// The columns of the input, then the elements of arrays and the keys and values of maps, a row for
/// every place; where one is shorter than another, nulls.
package struct UnnestPlan: Sendable {
  package var input: Plan
  /// Arrays and maps, over the input.
  package var lists: [BoundExpression]
  /// What the columns of elements are called: one for an array, two for a map.
  package var names: [String]
  /// A last column counts the elements of each row from 1.
  package var hasOrdinality: Bool
  /// Whether a row without elements gives a row of nulls, as in a left join.
  package var keepsEmpty: Bool

  package init(
    input: Plan, lists: [BoundExpression], names: [String], hasOrdinality: Bool = false,
    keepsEmpty: Bool = false
  ) {
    self.input = input
    self.lists = lists
    self.names = names
    self.hasOrdinality = hasOrdinality
    self.keepsEmpty = keepsEmpty
  }

  /// The types of the columns of elements.
  package var elementTypes: [DataType] {
    lists.flatMap { list -> [DataType] in
      switch list.type {
      case .array(let element): [element]
      case .map(let key, let value): [key, value]
      default: [.unseen]
      }
    }
  }

  package var schema: Schema {
    let elements = zip(names, elementTypes).map { Field($0, $1) }
    let ordinality = hasOrdinality ? [Field("ordinality", .bigint)] : []
    return Schema(input.schema.fields + elements + ordinality)
  }
}
