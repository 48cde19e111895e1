/// The tables that describe a workspace, for documents, completion and help.
package enum SystemTableCatalogue {
  package typealias Column = (name: String, type: String, comment: String)

  package static var all: [(name: String, summary: String, columns: [Column])] {
    SystemTable.all.map { table in
      let columns = table.columns.map { ($0.name, $0.type.spelled(.trino), $0.comment) }
      return (table.fullName, table.summary, columns)
    }
  }
}
