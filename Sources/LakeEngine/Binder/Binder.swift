import LakeCore
import LakeSQL

/// Makes a plan of a syntax tree: finds what names mean, settles types, and says what is wrong.
///
/// One binder serves one statement. Its entrance is `bind`; the pieces are
///
/// - `QueryBinder`: WITH, set operations, ORDER BY and LIMIT;
/// - `SelectBinder`: one SELECT, clause by clause;
/// - `FromBinder`: tables and joins;
/// - `ExpressionBinder`: expressions, within the scope of a SELECT;
/// - `SubqueryBinder`: subqueries, which become joins.
package final class Binder {
  let resolver: any TableResolver
  let source: SourceText
  /// Values of the `?` in the statement.
  let parameters: [(value: Value, type: DataType)]
  /// Values of the `:name` in the statement, by lower-case name.
  package var namedParameters: [String: (value: Value, type: DataType)] = [:]
  private(set) var bindings = Bindings()

  /// The common table expressions that are in sight.
  var commonTables: [String: CommonTablePlan] = [:]
  /// The views around what is being bound.
  let views: [String]
  private var scanCount = 0
  private var tableCount = 0
  /// The scans that give `"$path"` and `"$row"`, by their number in the statement.
  private(set) var scansWithFileColumns: Set<Int> = []

  /// A query reads at most so many tables: plans are trees that are walked by recursion.
  package static let tablesMax = 500

  package convenience init(
    _ resolver: any TableResolver, source: SourceText,
    parameters: [(value: Value, type: DataType)] = []
  ) {
    self.init(resolver, source: source, parameters: parameters, views: [])
  }

  init(
    _ resolver: any TableResolver, source: SourceText,
    parameters: [(value: Value, type: DataType)], views: [String]
  ) {
    self.resolver = resolver
    self.source = source
    self.parameters = parameters
    self.views = views
  }

  /// Binds a query.
  ///
  /// Each of the `hidden` expressions is looked for among the columns of the query, by name and by
  /// what they are made of; one that is not there is bound in the scope of FROM and put behind the
  /// visible columns. A query whose rows are no rows of FROM (DISTINCT, GROUP BY, UNION) cannot do
  /// that, and says so.
  package func bind(_ query: Query, hidden: [Expression] = []) throws -> BoundQuery {
    while true {
      (scanCount, tableCount, bindings, commonTables) = (0, 0, Bindings(), [:])
      do {
        let result = try QueryBinder(self, outer: nil).bind(
          query, hidden: hidden, isOutermost: true)
        return BoundQuery(
          plan: result.plan, names: result.names, hiddenColumns: result.hiddenColumns,
          bindings: bindings, conditions: result.conditions)
      } catch let needed as FileColumnsNeeded {
        scansWithFileColumns.insert(needed.scan)
      }
    }
  }

  /// Binds an expression over the columns of a table: the condition of a CHECK, a policy's grant.
  package func bind(
    _ expression: Expression, over schema: Schema, named name: String
  ) throws -> BoundExpression {
    let relation = Scope.Relation(names: [[name]], scan: nil, fullName: [name])
    let scope = Scope(schema, relation: relation, hiddenFrom: schema.count, outer: nil)
    return try ExpressionBinder(self, SelectContext(scope), .condition).bind(expression)
  }

  func record(_ id: NodeID, _ type: DataType, name: [String]? = nil) {
    bindings.record(id, type, name: name)
  }

  /// The number of the next scan; the same for the same statement.
  func nextScan() -> Int {
    scanCount += 1
    return scanCount - 1
  }

  func countTable(_ origin: Origin) throws(LakeError) {
    tableCount += 1
    guard tableCount <= Binder.tablesMax else {
      throw error(
        "the query reads more than \(Binder.tablesMax) tables", origin, code: .limitExceeded)
    }
  }
}

/// A name of WITH: its plan, and what its columns are called.
struct CommonTablePlan {
  var plan: Plan
  var names: [String]
}

/// A name means a file column of a scan that has none yet: the statement is bound again, with them.
struct FileColumnsNeeded: Error {
  let scan: Int
}

extension Binder {
  func error(
    _ message: String, _ origin: Origin, code: LakeError.Code = .invalidInput, hint: String? = nil
  ) -> LakeError {
    LakeError(code, message, at: source.place(of: origin), hint: hint)
  }

  func notSupported(_ what: String, _ origin: Origin, hint: String? = nil) -> LakeError {
    error("\(what) is not supported yet", origin, code: .unsupported, hint: hint)
  }
}
