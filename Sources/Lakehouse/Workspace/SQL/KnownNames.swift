import LakeCatalog
import LakeCore
import LakeEngine

/// What can be named in a statement: for those who complete what somebody types.
package struct KnownNames: Sendable {
  package struct Table: Sendable {
    /// `trusted.customer`, or the name alone of what is temporary.
    package var name: String
    package var columns: [String]

    package init(name: String, columns: [String]) {
      self.name = name
      self.columns = columns
    }
  }

  package var tables: [Table] = []
  /// Zones and databases.
  package var spaces: [String] = []
  package var functions: [String] = []

  package init() {}
}

extension StatementRunner {
  /// The names as they are now. What cannot be looked at is left out: nobody waits for an error
  /// while typing.
  package func knownNames() -> KnownNames {
    var names = KnownNames()
    names.spaces = Zone.allCases.map(\.rawValue)
    names.functions = StatementRunner.functionNames
    for relation in session.relations {
      var columns: [String] = []
      if case .table(let table) = relation { columns = table.schema.fields.map(\.name) }
      names.tables.append(.init(name: relation.name, columns: columns))
    }
    guard let session = try? workspace.sessionIfAny else { return names }
    let known = try? session.catalog.read { (catalog) throws(LakeError) in
      (tables: try catalog.tables(), databases: try catalog.databases().map(\.name))
    }
    names.spaces += known?.databases ?? []
    names.tables += (known?.tables ?? []).map { table in
      .init(name: table.name.description, columns: table.columns.map(\.name))
    }
    return names
  }

  private static let functionNames: [String] = {
    let all = ScalarFunctions.catalogue.map(\.name) + AggregateFunctions.catalogue.map(\.name)
    return Set(all).filter { $0.first?.isLetter ?? false }.sorted()
  }()
}
