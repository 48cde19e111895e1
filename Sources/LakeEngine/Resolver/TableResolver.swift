import LakeCore
import LakeSQL

/// Finds what names in FROM stand for.
package protocol TableResolver: Sendable {
  /// A table or view by the parts of its name. Throws `notFound`, with the nearest names.
  func resolve(_ parts: [String], asOf: TableMoment?) throws -> ResolvedRelation

  /// Files by paths and patterns; what they are by content, unless it is said.
  func resolveFiles(_ request: FileRequest) throws -> BoundTable
}

/// FOR VERSION AS OF, FOR TIMESTAMP AS OF.
package enum TableMoment: Sendable, Hashable {
  case version(Int)
  /// Microseconds since 1970.
  case timestamp(Int64)
}

package enum ResolvedRelation: Sendable {
  case table(BoundTable)
  case view(ResolvedView)
}

/// A query under a name.
package struct ResolvedView: Sendable {
  /// Nil for a view of a session.
  package var name: TableName?
  /// How messages call it.
  package var label: String
  package var query: Query
  /// Names for its columns; empty for those of the query.
  package var columns: [String]
  /// What the query was parsed from, for places of errors.
  package var source: SourceText

  package init(name: TableName, query: Query, columns: [String] = [], source: SourceText) {
    self.name = name
    label = name.description
    self.query = query
    self.columns = columns
    self.source = source
  }

  /// A view that only a session knows.
  package init(temporary label: String, query: Query, columns: [String], source: SourceText) {
    self.label = label
    self.query = query
    self.columns = columns
    self.source = source
  }
}
