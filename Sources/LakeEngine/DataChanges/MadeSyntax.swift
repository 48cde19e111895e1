import LakeCore
import LakeSQL

/// Pieces of syntax trees that are made and not read.
extension Expression {
  static func column(_ parts: [String]) -> Expression {
    Expression(.name(QualifiedName(parts.map { Identifier($0, isQuoted: true) })))
  }

  static func number(_ value: Int) -> Expression {
    Expression(.literal(.integer(String(value))))
  }

  static let yes = Expression(.literal(.boolean(true)))

  /// A null of a type.
  static func null(_ type: DataType) -> Expression {
    Expression(.cast(Expression(.literal(.null)), TypeName(type), isTry: false))
  }

  static func call(_ name: String, _ arguments: [Expression]) -> Expression {
    Expression(.call(LakeSQL.FunctionCall(QualifiedName([Identifier(name)]), arguments)))
  }

  static var countOfRows: Expression {
    var call = LakeSQL.FunctionCall(QualifiedName([Identifier("count")]), [])
    call.isStar = true
    return Expression(.call(call))
  }

  /// CASE without an operand; without branches, what comes otherwise.
  static func choice(
    _ branches: [(condition: Expression, result: Expression)], otherwise: Expression? = nil
  ) -> Expression {
    if branches.isEmpty { return otherwise ?? Expression(.literal(.null)) }
    let branches = branches.map { CaseExpression.Branch(when: $0.condition, then: $0.result) }
    return Expression(.choose(CaseExpression(nil, branches: branches, otherwise: otherwise)))
  }

  /// All of them; true if there is none.
  static func all(_ members: [Expression]) -> Expression {
    switch members.count {
    case 0: .yes
    case 1: members[0]
    default: Expression(.and(members))
    }
  }

  static func any(_ members: [Expression]) -> Expression {
    members.count == 1 ? members[0] : Expression(.or(members))
  }

  /// `x IS TRUE`: never null.
  var isTrue: Expression { Expression(.isTruth(self, true, isNegated: false), origin: origin) }
  /// `x IS NOT TRUE`.
  var isNotTrue: Expression { Expression(.isTruth(self, true, isNegated: true), origin: origin) }
  var isNull: Expression { Expression(.isNull(self, isNegated: false)) }
  var isNotNull: Expression { Expression(.isNull(self, isNegated: true)) }

  func equals(_ other: Expression) -> Expression {
    Expression(.compare(.equal, self, other))
  }

  func isOne(of numbers: [Int]) -> Expression {
    Expression(.isInList(self, numbers.map { .number($0) }, isNegated: false))
  }

  func named(_ name: String) -> SelectItem {
    SelectItem(.expression(self, alias: Identifier(name, isQuoted: true)))
  }
}

extension SelectItem {
  static let star = SelectItem(.star(Star()))
}

extension Query {
  /// `SELECT * FROM name`.
  package static func allColumns(of name: QualifiedName) -> Query {
    let table = TableReference(.table(name, version: nil), origin: name.origin)
    return .select([.star], from: [table], origin: name.origin)
  }

  /// A query of one SELECT.
  static func select(
    _ items: [SelectItem], from: [TableReference], where filter: Expression? = nil,
    groupBy keys: [Expression] = [], origin: Origin = .none
  ) -> Query {
    var body = SelectBody(items, origin: origin)
    body.from = from
    body.filter = filter
    if !keys.isEmpty { body.groupBy = .elements(keys.map { .expression($0) }) }
    return Query(.select(body), origin: origin)
  }
}

extension TableReference {
  static func join(
    _ kind: Join.Kind, _ left: TableReference, _ right: TableReference, on: Expression? = nil
  ) -> TableReference {
    TableReference(
      .join(Join(kind, left, right, on.map { .on($0) } ?? .none)), origin: left.origin)
  }

  /// One row with one column, beside every row that stands before it and computed of it.
  static func beside(_ value: Expression, named name: String) -> TableReference {
    TableReference(
      .subquery(.select([value.named(name)], from: []), isLateral: true),
      alias: TableAlias(Identifier(name + "$", isQuoted: true)))
  }
}
