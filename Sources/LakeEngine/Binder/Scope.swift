import LakeCore
import LakeSQL

/// The names that an expression can use, and the columns of a plan that they stand for.
final class Scope {
  struct Column {
    var name: String
    var type: DataType
    /// The place in the rows of the plan.
    var index: Int
    /// Among the relations of the scope.
    var relation: Int
    /// `*` leaves it out: `"$path"`, and the right side's column of USING.
    var isHidden = false
    /// The right side's column of USING: only its qualified name means it.
    var needsQualifier = false
  }

  /// A table, view, subquery or file in FROM.
  struct Relation {
    /// What may stand before the dot: the alias, or the parts of the table's name.
    var names: [[String]]
    /// The number of the scan whose file columns may be asked for.
    var scan: Int?
    /// The full name, for bindings.
    var fullName: [String]
  }

  var relations: [Relation]
  var columns: [Column]
  /// Indices into `columns`, in the order of `*`.
  var starOrder: [Int]
  /// The scope of the query around this one.
  let outer: Scope?

  init(
    relations: [Relation] = [], columns: [Column] = [], starOrder: [Int]? = nil,
    outer: Scope? = nil
  ) {
    self.relations = relations
    self.columns = columns
    self.starOrder = starOrder ?? columns.indices.filter { !columns[$0].isHidden }
    self.outer = outer
  }

  /// One relation whose columns are those of a plan.
  convenience init(_ schema: Schema, relation: Relation, hiddenFrom: Int, outer: Scope?) {
    self.init(
      relations: [relation],
      columns: schema.fields.enumerated().map { index, field in
        Column(
          name: field.name, type: field.type, index: index, relation: 0,
          isHidden: index >= hiddenFrom)
      }, outer: outer)
  }

  /// This scope followed by another, whose columns stand behind `width` others.
  func joined(with right: Scope, width: Int) -> Scope {
    let count = columns.count
    let moved = right.columns.map { column in
      var copy = column
      copy.index += width
      copy.relation += relations.count
      return copy
    }
    return Scope(
      relations: relations + right.relations, columns: columns + moved,
      starOrder: starOrder + right.starOrder.map { $0 + count }, outer: outer)
  }

  /// The columns that a name with these qualifiers can mean.
  func candidates(_ qualifier: [String], _ name: String) -> [Column] {
    let matching = columns.filter { column in
      column.name.lowercased() == name.lowercased()
        && (qualifier.isEmpty ? !column.needsQualifier : has(column.relation, qualifier))
    }
    guard matching.count > 1 else { return matching }
    let exact = matching.filter { $0.name == name }
    return exact.isEmpty ? matching : exact
  }

  private func has(_ relation: Int, _ qualifier: [String]) -> Bool {
    relations[relation].names.contains { name in
      name.count == qualifier.count
        && zip(name, qualifier).allSatisfy { $0.lowercased() == $1.lowercased() }
    }
  }

  /// The relations that a qualifier can mean.
  func relations(named qualifier: [String]) -> [Int] {
    relations.indices.filter { has($0, qualifier) }
  }

  /// How a message calls a column.
  func shown(_ column: Column) -> String {
    let qualifier = relations[column.relation].names.first ?? []
    return (qualifier + [column.name]).joined(separator: ".")
  }
}
