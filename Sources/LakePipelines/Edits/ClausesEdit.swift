import LakeCore
import LakeEngine
import LakeSQL
import LakeTables

/// Other rules for the rows of a table: all of them are checked, and published again under what the
/// table then declares.
package struct ClausesEdit: TableEdit {
  package enum Change: Sendable {
    case add(TableElement)
    case dropConstraint(Identifier, ifExists: Bool)
    case dropNotNull(Identifier)
  }

  private let change: Change

  package init(_ change: Change) {
    self.change = change
  }

  package func step(in scene: EditScene) throws -> EditStep? {
    let contract = try scene.snapshot.contract.map { (text) throws(LakeError) in
      try JobContract(text)
    }
    var clauses = try ContractClauses(contract ?? JobContract(), of: scene.table.label)
    switch change {
    case .add(let element): clauses.add(element)
    case .dropConstraint(let name, let ifExists):
      let isThere = clauses.dropConstraint(named: name.text)
      if !isThere, ifExists { return nil }
      if !isThere { throw noConstraint(name, clauses, scene) }
    case .dropNotNull(let column):
      if !clauses.dropNotNull(of: column.text) { return nil }
    }
    let all = try scene.rows(of: Set(scene.snapshot.files.map(\.path)))
    var step = EditStep(try .rows(of: all, scene.schema), .overwrite)
    step.clauses = clauses
    return step
  }

  private func noConstraint(
    _ name: Identifier, _ clauses: ContractClauses, _ scene: EditScene
  ) -> LakeError {
    LakeError(
      .notFound, "\(scene.table.label) has no constraint '\(name.text)'",
      at: scene.text.place(at: name.range.lowerBound),
      hint: Suggestion.hint(for: name.text, among: clauses.constraints.map(\.label)))
  }
}
