import LakeCore
import LakeSQL

extension ExpressionBinder {
  func bind(_ name: QualifiedName) throws -> BoundExpression {
    let parts = name.parts.map(\.text)
    if let found = try lambdaParameter(parts, name.origin) { return found }
    // ORDER BY means the SELECT list first, every other clause the columns of FROM.
    if clause == .orderBy, let alias = alias(parts) { return alias }
    if let found = try lookUp(parts, in: context.scope, name.origin) {
      return record(name, found.column, found.expression, context.scope)
    }
    if clause.allowsAliases, let alias = alias(parts) { return alias }
    var (outer, depth) = (context.scope.outer, 0)
    while let scope = outer {
      if let found = try lookUp(parts, in: scope, name.origin) {
        let reference = found.expression.mapColumns { index, column in
          BoundExpression(
            .column(OuterReference(depth: depth, column: index).index), column.type,
            place: column.place)
        }
        return record(name, found.column, reference, scope)
      }
      (outer, depth) = (scope.outer, depth + 1)
    }
    throw unknown(name)
  }

  private func record(
    _ name: QualifiedName, _ column: Scope.Column, _ expression: BoundExpression, _ scope: Scope
  ) -> BoundExpression {
    let full = scope.relations[column.relation].fullName + [column.name]
    binder.record(name.id, expression.type, name: full)
    var placed = expression
    placed.place = binder.source.place(of: name.origin)
    return placed
  }

  private func alias(_ parts: [String]) -> BoundExpression? {
    guard parts.count == 1, !isInsideAggregate else { return nil }
    let matches = context.aliases.filter { $0.name.lowercased() == parts[0].lowercased() }
    return (matches.first { $0.name == parts[0] } ?? matches.first)?.expression
  }

  /// The column that a name means, and the member of it that the rest of the name leads to. As much
  /// of the name as can be is taken for the table's.
  private func lookUp(
    _ parts: [String], in scope: Scope, _ origin: Origin
  ) throws -> (column: Scope.Column, expression: BoundExpression)? {
    for count in stride(from: parts.count - 1, through: 0, by: -1) {
      let qualifier = Array(parts[..<count])
      let candidates = scope.candidates(qualifier, parts[count])
      if candidates.count > 1 { throw ambiguous(parts, candidates, scope, origin) }
      if let column = candidates.first {
        let whole = BoundExpression.column(column.index, column.type)
        return (column, try members(parts[(count + 1)...], of: whole, origin))
      }
      try askForFileColumn(qualifier, parts[count], scope, origin)
    }
    return nil
  }

  /// `"$path"` and `"$row"` are columns of a scan only where somebody asks for them.
  private func askForFileColumn(
    _ qualifier: [String], _ name: String, _ scope: Scope, _ origin: Origin
  ) throws {
    guard ["$path", "$row"].contains(name.lowercased()) else { return }
    let relations =
      qualifier.isEmpty ? Array(scope.relations.indices) : scope.relations(named: qualifier)
    let scans = relations.compactMap { scope.relations[$0].scan }
    if scans.count > 1 {
      throw binder.error(
        "'\(name)' is ambiguous: several tables are read", origin,
        hint: "Put the table's name in front of it.")
    }
    if let scan = scans.first, !binder.scansWithFileColumns.contains(scan) {
      throw FileColumnsNeeded(scan: scan)
    }
  }

  func members(
    _ names: ArraySlice<String>, of expression: BoundExpression, _ origin: Origin
  ) throws -> BoundExpression {
    var result = expression
    for name in names { result = try member(name, of: result, origin) }
    return result
  }

  func member(
    _ name: String, of expression: BoundExpression, _ origin: Origin
  ) throws -> BoundExpression {
    guard case .row(let fields) = expression.type else {
      throw binder.error("a value of type \(expression.type) has no member '\(name)'", origin)
    }
    guard let index = Schema(fields).index(of: name) else {
      throw binder.error(
        "there is no member '\(name)' in \(expression.type)", origin, code: .notFound,
        hint: Suggestion.hint(for: name, among: fields.map(\.name)))
    }
    return BoundExpression(
      .member(expression, index), fields[index].type, place: binder.source.place(of: origin))
  }

  private func ambiguous(
    _ parts: [String], _ candidates: [Scope.Column], _ scope: Scope, _ origin: Origin
  ) -> LakeError {
    let shown = candidates.map { "'\(scope.shown($0))'" }
    return binder.error(
      "column '\(parts.joined(separator: "."))' is ambiguous: it can be"
        + " \(shown.joined(separator: " or "))", origin,
      hint: "Put the table's name or alias in front of it.")
  }

  private func unknown(_ name: QualifiedName) -> LakeError {
    let parts = name.parts.map(\.text)
    let scope = context.scope
    let last = parts[parts.count - 1]
    if parts.count > 1, scope.relations(named: Array(parts.dropLast())).isEmpty,
      scope.candidates([], parts[0]).isEmpty
    {
      let tables = scope.relations.map { $0.names.first?.joined(separator: ".") ?? "" }
      let qualifier = parts.dropLast().joined(separator: ".")
      return binder.error(
        "there is no table '\(qualifier)' in FROM", name.origin, code: .notFound,
        hint: Suggestion.hint(for: qualifier, among: tables) ?? known("Tables", tables))
    }
    if clause == .filter, parts.count == 1,
      context.unseenAliases.contains(where: { $0.lowercased() == last.lowercased() })
    {
      return binder.error(
        "there is no column '\(last)': WHERE does not see the names of the SELECT list",
        name.origin,
        code: .notFound, hint: "Repeat the expression, or put the SELECT into a subquery.")
    }
    let columns = scope.starOrder.map { scope.columns[$0].name }
    return binder.error(
      "there is no column '\(parts.joined(separator: "."))'", name.origin, code: .notFound,
      hint: Suggestion.hint(for: last, among: columns) ?? quotedText(name)
        ?? known("Columns", columns))
  }

  /// Who knows other dialects writes text in double quotes.
  private func quotedText(_ name: QualifiedName) -> String? {
    guard name.parts.count == 1, name.parts[0].isQuoted, !context.scope.columns.isEmpty else {
      return nil
    }
    if name.parts[0].text.hasPrefix("$") {
      return "\"$path\" and \"$row\" are columns of tables of files; a view and a subquery have "
        + "them where they select them."
    }
    return "Double quotes are for names. Text stands in single quotes: '\(name.parts[0].text)'."
  }

  private func known(_ what: String, _ names: [String]) -> String? {
    if names.isEmpty { return nil }
    let shown = names.prefix(8).joined(separator: ", ")
    return "\(what): \(shown)\(names.count > 8 ? ", …" : "")."
  }
}
